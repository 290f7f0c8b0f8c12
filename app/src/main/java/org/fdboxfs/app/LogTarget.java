package org.fdboxfs.app;

import java.nio.file.Path;

/** Where the log goes. To be set before anything logs: logback reads it once. */
final class LogTarget {
  private LogTarget() {}

  static void set(Path file) {
    System.setProperty("fdboxfs.log.to", "file");
    System.setProperty("fdboxfs.log", file.toString());
  }

  /** In the background only what went wrong is for the caller's terminal. */
  static void terminal(boolean background) {
    if (background) {
      System.setProperty("fdboxfs.log.level", "WARN");
    }
  }
}
