package org.fdboxfs.model;

/**
 * A preserved descriptor: what can be done with it without changing anything that its other holders
 * would notice, such as the shared offset or its status flags. No call blocks on the descriptor.
 *
 * <p>It is counted: {@link #retain} adds a user, {@link #close} ends one, and the kernel's
 * descriptor is closed with the last. After that every call fails with {@code EBADF}.
 */
public interface Descriptor extends AutoCloseable {
  /**
   * What is shown of memory.
   *
   * @param size in bytes
   * @param blocks allocated, in units of 512 bytes
   */
  record Stat(long size, long blocks, Timestamp accessed, Timestamp modified, Timestamp changed) {}

  FdKind kind();

  /** What the descriptor itself was opened for; an entry never gives more than that. */
  Access access();

  /** Whether somebody else may hold the same file, and change it without us. */
  boolean shared();

  /** Somebody else gets the file from now on. */
  void share();

  /**
   * The kernel's number, lent for poll(2) and ioctl(2) as long as the caller holds what {@link
   * #pin} returned. What is not pinned may be kept where it has no number of ours.
   *
   * @throws IllegalStateException when it is kept so
   */
  int number();

  /**
   * Size and times, as fstat(2).
   *
   * @throws FsException errno of fstat(2)
   */
  Stat stat() throws FsException;

  /**
   * Reads at an offset, as pread(2).
   *
   * @return bytes read, 0 at the end
   */
  long pread(NativeBuffer into, long offset) throws FsException;

  /**
   * Writes at an offset, as pwrite(2).
   *
   * @return bytes written
   */
  long pwrite(NativeBuffer from, long offset) throws FsException;

  /**
   * Reads from a stream what is there now.
   *
   * @return bytes read, 0 at the end of the stream
   * @throws FsException {@code EAGAIN} when nothing is there, {@code EOPNOTSUPP} when this kernel
   *     cannot read the kind without the risk of blocking
   */
  long readNow(NativeBuffer into) throws FsException;

  /**
   * Writes to a stream what fits now.
   *
   * @return bytes written
   * @throws FsException {@code EAGAIN} when nothing fits, {@code EPIPE} when nobody reads (no
   *     signal is sent), {@code EOPNOTSUPP} as in {@link #readNow}
   */
  long writeNow(NativeBuffer from) throws FsException;

  /**
   * Where the next data or hole of memory is, as lseek(2); the shared offset stays.
   *
   * @param whence SEEK_DATA or SEEK_HOLE
   * @throws FsException {@code ENXIO} behind the last, {@code EINVAL} another whence
   */
  long seek(long offset, int whence) throws FsException;

  /** Sets the size, as ftruncate(2). */
  void truncate(long size) throws FsException;

  /** Allocates, punches or zeroes, as fallocate(2). */
  void allocate(int mode, long offset, long length) throws FsException;

  /**
   * Adds a user.
   *
   * @return this
   * @throws IllegalStateException when the last user has already gone
   */
  Descriptor retain();

  /**
   * Adds a user that works with the descriptor for a while, so that it has a number and every call
   * is cheap.
   *
   * @return what the new user works with, and closes; other users of this are none of its concern
   * @throws FsException {@code ENFILE} too many are worked with at once
   * @throws IllegalStateException when the last user has already gone
   */
  default Descriptor pin() throws FsException {
    return retain();
  }

  /**
   * Whether another descriptor refers to the same open file, as kcmp(2) with KCMP_FILE.
   *
   * @return also false when it cannot be found out
   */
  boolean isSameFile(Descriptor other);

  /**
   * Asks to be told once when the other side hangs up or the descriptor fails (EPOLLHUP, EPOLLERR);
   * what cannot be polled never does.
   *
   * @param told on a thread of its own; not after the last user has gone
   * @throws FsException {@code ENFILE} it is kept where it cannot be watched
   */
  void onHangup(Runnable told) throws FsException;

  /** Ends one user; never throws and never blocks the caller's lock for long. */
  @Override
  void close();
}
