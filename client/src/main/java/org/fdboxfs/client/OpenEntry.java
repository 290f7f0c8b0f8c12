package org.fdboxfs.client;

/**
 * An entry that is open: the handle of the mount, whose claim lasts until it is closed, and the
 * real descriptor.
 */
public final class OpenEntry implements AutoCloseable {
  private final Descriptor handle;
  private final Descriptor descriptor;

  OpenEntry(Descriptor handle, Descriptor descriptor) {
    this.handle = handle;
    this.descriptor = descriptor;
  }

  /** The handle, as open(2) of the entry gives it. */
  public Descriptor handle() {
    return handle;
  }

  /** What was put. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** Closes both, the real one first. */
  @Override
  public void close() {
    descriptor.close();
    handle.close();
  }
}
