package org.fdboxfs.client;

import java.io.IOException;

/** What could not be done: an error number of Linux and a sentence that says why. */
public final class FdBoxException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String why;

  FdBoxException(int errno, String why) {
    super(Errnos.name(errno) + ": " + why);
    this.errno = errno;
    this.why = why;
  }

  /** The number, as in errno(3). */
  public int errno() {
    return errno;
  }

  /** The symbol of the number, such as {@code EBUSY}; for one that has none, its digits. */
  public String errnoName() {
    return Errnos.name(errno);
  }

  /** The sentence, without the number and without a full stop. */
  public String why() {
    return why;
  }
}
