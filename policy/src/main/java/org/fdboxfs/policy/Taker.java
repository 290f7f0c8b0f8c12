package org.fdboxfs.policy;

/**
 * A process that was given the descriptor behind a claim, together with those that have it from
 * there. Safe for use by several threads.
 */
public interface Taker extends AutoCloseable {
  /**
   * Whether any of them demonstrably has the descriptor at this moment. May take long: it looks at
   * other processes.
   *
   * @return false once closed
   */
  boolean stillHas();

  /** Ends it; waits for nobody who is just looking, since the guard's lock is held. */
  @Override
  void close();
}
