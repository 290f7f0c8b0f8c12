package org.fdboxfs.policy.experiment.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of memory, which every open file of it shares: a text at the start, then zeros. */
public final class Content {
  private byte[] text = new byte[0];
  private long size;

  public Content(long size) {
    this.size = size;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /** Sets the size, as ftruncate(2). */
  public void truncate(long newSize) {
    size = newSize;
    if (text.length > newSize) {
      text = Arrays.copyOf(text, (int) newSize);
    }
  }

  /** Writes a text at the start, as pwrite(2) at offset 0. */
  public void write(String what) {
    byte[] bytes = what.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > text.length) {
      text = Arrays.copyOf(text, bytes.length);
    }
    System.arraycopy(bytes, 0, text, 0, bytes.length);
    size = Math.max(size, bytes.length);
  }

  /** Reads from the start what was written; zeros are not shown. */
  public String read(long most) {
    int length = (int) Math.min(most, text.length);
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}
