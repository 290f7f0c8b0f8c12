package org.fdboxfs.fs;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.NativeBuffer;

/** Memory by address. */
final class FakeMemory implements NativeMemory {
  private final Map<Long, byte[]> memory = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong(0x1000);

  NativeBuffer buffer(int length) {
    return buffer(new byte[length]);
  }

  NativeBuffer buffer(byte[] content) {
    long address = next.getAndAdd(0x100000);
    memory.put(address, content.clone());
    return new NativeBuffer(address, content.length);
  }

  @Override
  public void put(NativeBuffer into, byte[] bytes) {
    System.arraycopy(bytes, 0, at(into), 0, bytes.length);
  }

  @Override
  public byte[] get(NativeBuffer from) {
    return Arrays.copyOf(at(from), (int) from.length());
  }

  private byte[] at(NativeBuffer buffer) {
    byte[] bytes = memory.get(buffer.address());
    if (bytes == null) {
      throw new AssertionError("nothing is there");
    }
    return bytes;
  }
}
