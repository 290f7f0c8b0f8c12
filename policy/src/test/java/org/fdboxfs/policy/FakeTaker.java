package org.fdboxfs.policy;

/** Somebody who has a descriptor until it is said otherwise. */
final class FakeTaker implements Taker {
  volatile boolean has = true;
  volatile boolean closed;
  int asked;

  @Override
  public boolean stillHas() {
    if (closed) {
      return false;
    }
    asked++;
    return has;
  }

  @Override
  public void close() {
    if (closed) {
      throw new AssertionError("closed twice");
    }
    closed = true;
  }
}
