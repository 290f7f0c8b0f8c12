package org.fdboxfs.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Tells the launcher that the mount can be used, and lets go of its caller's terminal or pipe: as
 * long as the daemon had it open, {@code out=$(fdboxfs mount x 2>&1)} would wait for its end.
 *
 * <p>In the background, standard output is the launcher's ear, and nothing else is written there.
 */
final class Readiness implements Runnable {
  /** Set by the launcher when it waits for the line. */
  static final String BACKGROUND = "fdboxfs.background";

  private final PrintWriter err;

  Readiness(PrintWriter err) {
    this.err = err;
  }

  /** Whether the launcher waits for the line. */
  static boolean inBackground() {
    return Boolean.getBoolean(BACKGROUND);
  }

  @Override
  public void run() {
    if (!inBackground()) {
      return;
    }
    try {
      err.flush();
      FileOutputStream launcher = new FileOutputStream(FileDescriptor.out);
      launcher.write("ready\n".getBytes(StandardCharsets.US_ASCII));
      // Java never closes descriptors 0, 1 and 2: it puts /dev/null in their place.
      launcher.close();
      new FileOutputStream(FileDescriptor.err).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
