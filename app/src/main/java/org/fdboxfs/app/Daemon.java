package org.fdboxfs.app;

/** A running mount. */
final class Daemon {
  private Daemon() {}

  /**
   * Mounts and serves until the mount ends.
   *
   * @param ready to be called once, as soon as the mount answers; standard output and error lead
   *     nowhere afterwards when the command runs in the background
   * @return the exit status of the command
   * @throws Failure when it cannot be mounted
   */
  @SuppressWarnings("DoNotCallSuggester") // until it is wired
  static int run(DaemonConfig config, Runnable ready) {
    throw new UnsupportedOperationException("the daemon is not wired yet");
  }
}
