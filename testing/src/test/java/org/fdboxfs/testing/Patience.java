package org.fdboxfs.testing;

import java.time.Duration;

/** How long is waited for what should come at once; more on machines that are known to be slow. */
final class Patience {
  private static final int TIMES = Integer.getInteger("fdboxfs.patience", 1);

  /** For a command, or an answer of another process. */
  static final int SECONDS = 60 * TIMES;

  /** For a state to come about. */
  static final Duration SHORT = Duration.ofSeconds(15L * TIMES);

  private Patience() {}
}
