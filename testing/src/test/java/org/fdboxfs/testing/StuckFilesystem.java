package org.fdboxfs.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A filesystem with a file that can be opened and whose close(2) waits for ever; see {@code
 * stuckfs.c}. Closing this ends the waiting.
 */
final class StuckFilesystem implements AutoCloseable {
  private final Path place;
  private final Process process;

  private StuckFilesystem(Path place, Process process) {
    this.place = place;
    this.process = process;
  }

  static StuckFilesystem mount() {
    try {
      Path place = Files.createTempDirectory("fdboxfs-stuck");
      Process process =
          new ProcessBuilder(CProgram.of("stuckfs").toString(), place.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
      if (!"ready".equals(said.readLine())) {
        throw new AssertionError("the stuck filesystem cannot be mounted");
      }
      return new StuckFilesystem(place, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String file() {
    return place + "/f";
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        Command.run("umount", "-l", place.toString());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    Files.delete(place);
  }
}
