package org.fdboxfs.model;

/**
 * What a thread does that others rely on. A bug in one turn of it, or a want of memory, is told to
 * the handler of uncaught exceptions as if the thread had ended, but the thread goes on.
 */
public final class Supervised {
  private Supervised() {}

  /** Runs one turn; never throws. */
  public static void run(Runnable turn) {
    try {
      turn.run();
    } catch (RuntimeException | Error e) {
      tell(e);
    }
  }

  private static void tell(Throwable bug) {
    try {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
    } catch (RuntimeException | Error e) {
      return; // there is no memory to say so either
    }
  }
}
