package org.fdboxfs.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A control file whose text is made when it is first read and stays the same for that handle. */
final class Snapshot implements ControlFile.Session {
  private final ControlFile file;
  private final Supplier<String> text;
  private byte @Nullable [] content;

  Snapshot(ControlFile file, Supplier<String> text) {
    this.file = file;
    this.text = text;
  }

  @Override
  public ControlFile file() {
    return file;
  }

  @Override
  public byte[] read(int size, long offset) {
    return slice(content(), size, offset);
  }

  private synchronized byte[] content() {
    if (content == null) {
      content = text.get().getBytes(StandardCharsets.UTF_8);
    }
    return content;
  }

  static byte[] slice(byte[] content, int size, long offset) {
    if (offset >= content.length) {
      return new byte[0];
    }
    int from = (int) offset;
    return Arrays.copyOfRange(content, from, from + Math.min(size, content.length - from));
  }
}
