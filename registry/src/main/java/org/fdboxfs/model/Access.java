package org.fdboxfs.model;

/** The direction in which something is open, as the access mode of open(2). */
public enum Access {
  READ,
  WRITE,
  READ_WRITE;

  private static final int O_ACCMODE = 3;

  /** From the flags of open(2); the undocumented mode 3 asks for both, as the kernel checks it. */
  public static Access ofFlags(int flags) {
    return switch (flags & O_ACCMODE) {
      case 0 -> READ;
      case 1 -> WRITE;
      default -> READ_WRITE;
    };
  }

  /** The access mode of open(2). */
  public int flags() {
    return switch (this) {
      case READ -> 0;
      case WRITE -> 1;
      case READ_WRITE -> 2;
    };
  }

  public boolean reads() {
    return this != WRITE;
  }

  public boolean writes() {
    return this != READ;
  }

  /** Whether everything that {@code other} asks for is allowed by this. */
  public boolean covers(Access other) {
    return this == READ_WRITE || this == other;
  }

  @Override
  public String toString() {
    return switch (this) {
      case READ -> "read";
      case WRITE -> "write";
      case READ_WRITE -> "read-write";
    };
  }
}
