package org.fdboxfs.fs;

import org.fdboxfs.model.FsException;

/** Something that poll(2) can wait for and another thread can raise. */
public interface WakeUp extends AutoCloseable {
  /** Makes new ones. */
  interface Factory {
    /**
     * A lowered one.
     *
     * @throws FsException {@code EMFILE} no descriptors left
     */
    WakeUp create() throws FsException;
  }

  /** Becomes readable when raised; lent. */
  int number();

  void raise();

  void lower();

  @Override
  void close();
}
