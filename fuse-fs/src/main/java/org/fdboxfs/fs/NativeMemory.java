package org.fdboxfs.fs;

import org.fdboxfs.model.NativeBuffer;

/** Moves bytes between the heap and buffers of the kernel. */
public interface NativeMemory {
  /** Copies into the start of a buffer that is at least as long. */
  void put(NativeBuffer into, byte[] bytes);

  /** Copies a buffer out. */
  byte[] get(NativeBuffer from);
}
