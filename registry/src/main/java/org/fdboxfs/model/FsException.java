package org.fdboxfs.model;

/**
 * An expected refusal: the operation has no effect and the caller gets the errno. Carries no stack
 * trace: a missing name is an everyday answer, not a failure of the program.
 */
public final class FsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Errno errno;

  /**
   * @param errno what the caller of the system call gets
   * @param reason one lower-case sentence without a full stop, for the log and {@code denials}
   */
  public FsException(Errno errno, String reason) {
    super(reason, null, false, false);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
