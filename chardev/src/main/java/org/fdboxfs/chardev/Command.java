package org.fdboxfs.chardev;

import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/** The ioctls of {@code include/uapi/linux/fdbox.h}, in the order of their numbers. */
enum Command {
  CREATE_BOX(0, true, Struct.BOX_BYTES, Operation.MKDIR),
  DELETE_BOX(1, true, Struct.BOX_BYTES, Operation.RMDIR),
  PUT_FD(2, false, Struct.FD_BYTES, Operation.PUT),
  GET_FD(3, false, Struct.FD_BYTES, Operation.TAKE),
  SEAL(4, false, 0, Operation.SEAL),
  UNSEAL(5, false, 0, Operation.UNSEAL);

  /** FDBOX_TYPE, and FDBOX_BASE is 0. */
  private static final int TYPE = '.' << 8;

  /** _IOC_WRITE of asm-generic/ioctl.h: the caller's struct goes to the kernel. */
  private static final int WRITE = 1 << 30;

  private static final int SIZE_SHIFT = 16;

  private final int order;
  private final boolean ofControl;
  private final int bytes;
  private final Operation operation;

  Command(int order, boolean ofControl, int bytes, Operation operation) {
    this.order = order;
    this.ofControl = ofControl;
    this.bytes = bytes;
    this.operation = operation;
  }

  /** Whether it is one of the control node, and not of a box. */
  boolean isOfControl() {
    return ofControl;
  }

  /** The size of the struct that it takes, 0 for none. */
  int bytes() {
    return bytes;
  }

  Operation operation() {
    return operation;
  }

  /** The number of the RFC: _IO, which tells neither size nor direction. */
  int number() {
    return TYPE | order;
  }

  /**
   * The number on a file of a mount, where the size must be told: _IOW, or _IO without a struct.
   */
  int numberOnMount() {
    return bytes == 0 ? number() : WRITE | bytes << SIZE_SHIFT | number();
  }

  /** The command of that number on a node, or null. */
  static @Nullable Command ofNumber(int number) {
    for (Command command : values()) {
      if (command.number() == number) {
        return command;
      }
    }
    return null;
  }

  /** The command of that number on a file of a mount, or null. */
  static @Nullable Command ofNumberOnMount(int number) {
    for (Command command : values()) {
      if (command.numberOnMount() == number) {
        return command;
      }
    }
    return null;
  }
}
