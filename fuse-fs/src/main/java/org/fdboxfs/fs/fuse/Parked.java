package org.fdboxfs.fs.fuse;

import org.fdboxfs.fs.Stream;
import org.jspecify.annotations.Nullable;

/** A read or write of a stream that waits for its turn. */
final class Parked {
  /** What one takes of the daemon's memory beside its data, in bytes, rounded up. */
  private static final long OWN_BYTES = 512;

  private final long unique;
  private final int uid;
  private final Stream stream;
  private final int size;
  private final byte @Nullable [] data;

  private Parked(long unique, int uid, Stream stream, int size, byte @Nullable [] data) {
    this.unique = unique;
    this.uid = uid;
    this.stream = stream;
    this.size = size;
    this.data = data;
  }

  static Parked read(long unique, int uid, Stream stream, int size) {
    return new Parked(unique, uid, stream, size, null);
  }

  /**
   * A write.
   *
   * @param data a copy of what is to be written
   */
  static Parked write(long unique, int uid, Stream stream, byte[] data) {
    return new Parked(unique, uid, stream, data.length, data);
  }

  /** The number of the request, to which the answer goes. */
  long unique() {
    return unique;
  }

  /** Who waits. */
  int uid() {
    return uid;
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

  boolean isRead() {
    return data == null;
  }

  /** What is waited for, as in poll(2). */
  short events() {
    return data == null ? StreamWaiter.POLLIN : StreamWaiter.POLLOUT;
  }

  /** Bytes of memory that it takes. */
  long cost() {
    return OWN_BYTES + (data == null ? 0 : data.length);
  }
}
