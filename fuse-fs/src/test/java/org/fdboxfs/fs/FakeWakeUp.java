package org.fdboxfs.fs;

/** A wake-up that knows whether it is raised; what closes it may have its number at once. */
final class FakeWakeUp implements WakeUp {
  private boolean raised;
  private boolean closed;
  private int raises;
  private boolean touchedAfterClose;

  @Override
  public int number() {
    return 7;
  }

  @Override
  public synchronized void raise() {
    touchedAfterClose |= closed;
    raised = true;
    raises++;
  }

  @Override
  public synchronized void lower() {
    touchedAfterClose |= closed;
    raised = false;
  }

  @Override
  public synchronized void close() {
    touchedAfterClose |= closed;
    closed = true;
  }

  synchronized boolean raised() {
    return raised;
  }

  /** How often it was raised, which is a system call. */
  synchronized int raises() {
    return raises;
  }

  synchronized boolean closed() {
    return closed;
  }

  /** Whether somebody else's descriptor was written to. */
  synchronized boolean touchedAfterClose() {
    return touchedAfterClose;
  }
}
