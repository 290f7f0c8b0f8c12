package org.fdboxfs.testing.architecture.violating.registry;

import org.slf4j.LoggerFactory;

/** A registry that logs. */
public final class Logs {
  private Logs() {}

  static void log() {
    LoggerFactory.getLogger(Logs.class).warn("entry lost");
  }
}
