package org.fdboxfs.testing.architecture.violating.fs;

import org.fdboxfs.linux.Linux;

/** The meaning of an operation, with a system call in it. */
public final class CallsTheKernel {
  private CallsTheKernel() {}

  static void close(int fd) {
    Linux.close(fd);
  }
}
