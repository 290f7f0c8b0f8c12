package org.fdboxfs.app;

import java.util.Timer;
import java.util.TimerTask;

/** Says what is being waited for, once it has taken so long that a command seems to hang. */
final class WaitNotice implements AutoCloseable {
  private static final long MILLIS = 2000;

  private final Timer timer = new Timer("notice", true);

  /** Begins to wait. Closing ends it. */
  WaitNotice(String text) {
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            System.err.println("fdboxfs: " + text);
          }
        },
        MILLIS);
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
