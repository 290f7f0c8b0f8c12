package org.fdboxfs.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** A control file whose text is made when it is first read and stays the same for that handle. */
final class Snapshot implements ControlFile.Session {
  /** Makes the text. */
  interface Source {
    String text();
  }

  private final ControlFile file;
  private final Source source;
  private final Budget bytes;
  private final Caller reader;
  private byte @Nullable [] content;
  private boolean closed;

  /**
   * Of a file that somebody has opened.
   *
   * @param bytes what its text is taken from, in the name of the reader
   */
  Snapshot(ControlFile file, Source source, Budget bytes, Caller reader) {
    this.file = file;
    this.source = source;
    this.bytes = bytes;
    this.reader = reader;
  }

  @Override
  public ControlFile file() {
    return file;
  }

  @Override
  public synchronized byte[] read(int size, long offset) throws FsException {
    if (closed) {
      throw new FsException(Errno.EBADF, "closed");
    }
    if (content == null) {
      byte[] made = source.text().getBytes(StandardCharsets.UTF_8);
      bytes.take(reader, made.length);
      content = made;
    }
    return slice(content, size, offset);
  }

  @Override
  public synchronized void close() {
    closed = true;
    bytes.giveBack(reader, content == null ? 0 : content.length);
    content = null;
  }

  static byte[] slice(byte[] content, int size, long offset) {
    if (offset >= content.length) {
      return new byte[0];
    }
    int from = (int) offset;
    return Arrays.copyOfRange(content, from, from + Math.min(size, content.length - from));
  }
}
