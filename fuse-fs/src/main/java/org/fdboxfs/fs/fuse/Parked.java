package org.fdboxfs.fs.fuse;

import org.fdboxfs.fs.Stream;
import org.jspecify.annotations.Nullable;

/** A read or write of a stream that waits for its turn. */
final class Parked {
  private final long unique;
  private final Stream stream;
  private final int size;
  private final byte @Nullable [] data;

  private Parked(long unique, Stream stream, int size, byte @Nullable [] data) {
    this.unique = unique;
    this.stream = stream;
    this.size = size;
    this.data = data;
  }

  static Parked read(long unique, Stream stream, int size) {
    return new Parked(unique, stream, size, null);
  }

  /**
   * A write.
   *
   * @param data a copy of what is to be written
   */
  static Parked write(long unique, Stream stream, byte[] data) {
    return new Parked(unique, stream, data.length, data);
  }

  /** The number of the request, to which the answer goes. */
  long unique() {
    return unique;
  }

  Stream stream() {
    return stream;
  }

  /** Bytes asked for, or to be written. */
  int size() {
    return size;
  }

  /** What is to be written; null for a read. */
  byte @Nullable [] data() {
    return data;
  }

  /** What poll(2) waits for. */
  short events() {
    return data == null ? StreamWaiter.POLLIN : StreamWaiter.POLLOUT;
  }
}
