package org.fdboxfs.linux;

/**
 * A number to be sent to somebody: of the held descriptor itself, or of one that was opened anew
 * for less.
 */
public final class Handout implements AutoCloseable {
  private final int number;
  private final boolean anew;
  private final Runnable closing;

  Handout(int number, boolean anew, Runnable closing) {
    this.number = number;
    this.anew = anew;
    this.closing = closing;
  }

  /** Lent until {@link #close}. */
  public int number() {
    return number;
  }

  /** Whether it is an open file of its own, and not the one that is held. */
  public boolean isAnew() {
    return anew;
  }

  /** Ends our use of the number; to be called once. */
  @Override
  public void close() {
    closing.run();
  }
}
