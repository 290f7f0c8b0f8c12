package org.fdboxfs.model;

/**
 * An expected refusal: the operation has no effect and the caller gets the errno. Carries no stack
 * trace: a missing name is an everyday answer, not a failure of the program.
 */
public final class FsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Errno errno;
  private final boolean recorded;

  /**
   * @param errno what the caller of the system call gets
   * @param reason one lower-case sentence without a full stop, for the log and {@code denials}
   */
  public FsException(Errno errno, String reason) {
    this(errno, reason, false);
  }

  private FsException(Errno errno, String reason, boolean recorded) {
    super(reason, null, false, false);
    this.errno = errno;
    this.recorded = recorded;
  }

  /** A refusal that is in {@code denials} already; as the constructor. */
  public static FsException recorded(Errno errno, String reason) {
    return new FsException(errno, reason, true);
  }

  public boolean isRecorded() {
    return recorded;
  }

  public Errno errno() {
    return errno;
  }
}
