package org.fdboxfs.app;

import java.nio.file.Path;

/** Where the log goes. To be set before anything logs: logback reads it once. */
final class LogTarget {
  private LogTarget() {}

  static void set(Path file) {
    System.setProperty("fdboxfs.log.to", "file");
    System.setProperty("fdboxfs.log", file.toString());
  }
}
