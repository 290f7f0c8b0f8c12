package org.fdboxfs.testing.architecture.violating.fs;

import jnr.ffi.Pointer;

/** The meaning of an operation, with an address in it. */
public final class TouchesNativeMemory {
  private TouchesNativeMemory() {}

  static byte first(Pointer memory) {
    return memory.getByte(0);
  }
}
