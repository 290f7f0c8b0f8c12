package org.fdboxfs.linux;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;

/**
 * The system calls that fdboxfs makes, with errno as {@link FsException}. Numbers that go in are
 * borrowed; numbers that come out are close-on-exec and owned by the caller.
 */
public final class Linux {
  private static final LibC C = LibC.INSTANCE;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private static final int O_CLOEXEC = 02000000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int F_GETFL = 3;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int RWF_NOWAIT = 8;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int RLIMIT_NOFILE = 7;
  private static final int MNT_DETACH = 2;
  private static final int POLLOUT = 4;
  private static final int POLLHUP = 0x10;
  private static final int PAGE = 4096;

  /** Memory for the arguments of one call: room for a struct statx. */
  private static final ThreadLocal<Pointer> SCRATCH =
      ThreadLocal.withInitial(() -> Memory.allocateDirect(RUNTIME, 256, true));

  private Linux() {}

  /** Opens a path of ours, as open(2) with O_CLOEXEC. */
  public static int open(String path, int flags) throws FsException {
    return check(C.open(path, flags | O_CLOEXEC), "open");
  }

  /** Closes; errors of close(2) leave nothing to be done. */
  public static void close(int fd) {
    C.close(fd);
  }

  /** Another number for the same open file, as fcntl(F_DUPFD_CLOEXEC). */
  public static int duplicate(int fd) throws FsException {
    return duplicateFrom(fd, 0);
  }

  /** Duplicates to the lowest free number from one on, as fcntl(F_DUPFD_CLOEXEC). */
  static int duplicateFrom(int fd, int lowest) throws FsException {
    return check(C.fcntl(fd, F_DUPFD_CLOEXEC, lowest), "fcntl");
  }

  /**
   * Status without asking the filesystem's server, so that it cannot block on a foreign FUSE or
   * network mount, nor call back into our own.
   */
  public static FileStatus status(int fd) throws FsException {
    Pointer s = SCRATCH.get();
    check(C.statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, s), "statx");
    return new FileStatus(
        s.getShort(28) & 0xffff,
        s.getInt(20),
        s.getLong(32),
        s.getLong(40),
        s.getLong(48),
        time(s, 64),
        time(s, 112),
        time(s, 96),
        Integer.toUnsignedString(s.getInt(136)) + ":" + Integer.toUnsignedString(s.getInt(140)),
        Integer.toUnsignedString(s.getInt(128)) + ":" + Integer.toUnsignedString(s.getInt(132)));
  }

  /** Size and times only; as {@link #status}. */
  static Descriptor.Stat content(int fd) throws FsException {
    Pointer s = SCRATCH.get();
    check(C.statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, s), "statx");
    return new Descriptor.Stat(
        s.getLong(40), s.getLong(48), time(s, 64), time(s, 112), time(s, 96));
  }

  private static Timestamp time(Pointer statx, long at) {
    return new Timestamp(statx.getLong(at), statx.getInt(at + 8));
  }

  /** The status flags of an open file description, as fcntl(F_GETFL). */
  public static int statusFlags(int fd) throws FsException {
    return check(C.fcntl(fd, F_GETFL, 0), "fcntl");
  }

  /** Where a symbolic link points, as readlink(2); bytes that are not UTF-8 are replaced. */
  public static String readlink(String path) throws FsException {
    byte[] buffer = new byte[4096];
    int length = (int) check(C.readlink(path, buffer, buffer.length), "readlink");
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  /** A whole file such as those of proc, which tell their size only by ending. */
  public static String readFile(String path) throws FsException {
    int fd = open(path, 0);
    try {
      Pointer buffer = Memory.allocateDirect(RUNTIME, PAGE);
      byte[] page = new byte[PAGE];
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      for (int n; (n = (int) check(C.read(fd, buffer.address(), PAGE), "read")) > 0; ) {
        buffer.get(0, page, 0, n);
        whole.write(page, 0, n);
      }
      return whole.toString(StandardCharsets.UTF_8);
    } finally {
      close(fd);
    }
  }

  /** A new memfd, as memfd_create(2). */
  public static int memfdCreate(String name, int flags) throws FsException {
    return check(C.memfd_create(name, flags), "memfd_create");
  }

  /** A new counter that wakes a poll(2), as eventfd(2), non-blocking. */
  public static int eventfd() throws FsException {
    return check(C.eventfd(0, O_CLOEXEC | 04000), "eventfd");
  }

  static long pread(int fd, NativeBuffer into, long offset) throws FsException {
    return check(C.pread(fd, into.address(), into.length(), offset), "pread");
  }

  static long pwrite(int fd, NativeBuffer from, long offset) throws FsException {
    return check(C.pwrite(fd, from.address(), from.length(), offset), "pwrite");
  }

  /** Reads what is there, as preadv2(2) with RWF_NOWAIT at the current position. */
  static long readNow(int fd, NativeBuffer into) throws FsException {
    return check(C.preadv2(fd, vector(into), 1, -1, RWF_NOWAIT), "preadv2");
  }

  static long writeNow(int fd, NativeBuffer from) throws FsException {
    return check(C.pwritev2(fd, vector(from), 1, -1, RWF_NOWAIT), "pwritev2");
  }

  /** Reads from something of our own that does not block, as read(2). */
  public static long read(int fd, NativeBuffer into) throws FsException {
    return check(C.read(fd, into.address(), into.length()), "read");
  }

  /** Writes to something of our own that does not block, as write(2). */
  public static long write(int fd, NativeBuffer from) throws FsException {
    return check(C.write(fd, from.address(), from.length()), "write");
  }

  /**
   * Writes what is gathered, as writev(2), to something of our own that does not block.
   *
   * @param vectors address of an array of struct iovec
   * @return 0 or a negated errno
   */
  public static int writev(int fd, long vectors, int count) {
    return C.writev(fd, vectors, count) < 0 ? -LastError.getLastError(RUNTIME) : 0;
  }

  static long receiveNow(int fd, NativeBuffer into) throws FsException {
    return check(C.recv(fd, into.address(), into.length(), MSG_DONTWAIT), "recv");
  }

  static long sendNow(int fd, NativeBuffer from) throws FsException {
    return check(C.send(fd, from.address(), from.length(), MSG_DONTWAIT | MSG_NOSIGNAL), "send");
  }

  private static Pointer vector(NativeBuffer buffer) {
    Pointer iov = SCRATCH.get();
    iov.putLong(0, buffer.address());
    iov.putLong(8, buffer.length());
    return iov;
  }

  static long seek(int fd, long offset, int whence) throws FsException {
    return check(C.lseek(fd, offset, whence), "lseek");
  }

  /** Changes mode bits, as fchmod(2). */
  static void changeMode(int fd, int mode) throws FsException {
    check(C.fchmod(fd, mode), "fchmod");
  }

  static void truncate(int fd, long size) throws FsException {
    check(C.ftruncate(fd, size), "ftruncate");
  }

  static void allocate(int fd, int mode, long offset, long length) throws FsException {
    check(C.fallocate(fd, mode, offset, length), "fallocate");
  }

  /** As ioctl(2) with a pointer to an argument. */
  public static int ioctl(int fd, long request, Pointer argument) throws FsException {
    return check(C.ioctl(fd, request, argument), "ioctl");
  }

  /**
   * As ioctl(2) of something of ours that fills a number of 8 bytes in.
   *
   * @throws FsException {@code ENOTTY} it does not know the request; {@code ENOTCONN} the mount is
   *     gone
   */
  public static long ioctlNumber(int fd, long request) throws FsException {
    Pointer number = SCRATCH.get();
    number.putLong(0, 0);
    check(C.ioctl(fd, request, number), "ioctl");
    return number.getLong(0);
  }

  /**
   * As poll(2).
   *
   * @param fds an array of struct pollfd
   * @param timeoutMillis -1 waits for ever
   * @return how many are ready; 0 also when a signal came
   */
  public static int poll(Pointer fds, int count, int timeoutMillis) throws FsException {
    try {
      return check(C.poll(fds, count, timeoutMillis), "poll");
    } catch (FsException e) {
      if (e.errno().equals(Errno.EINTR)) {
        return 0;
      }
      throw e;
    }
  }

  /** Whether the other end of a descriptor is closed. */
  static boolean hasHungUp(int fd) throws FsException {
    return (pollNow(fd, 0) & POLLHUP) != 0;
  }

  /** Whether a descriptor can be written to now. */
  static boolean isWritable(int fd) throws FsException {
    return (pollNow(fd, POLLOUT) & POLLOUT) != 0;
  }

  /** What of these events, and of errors and hang-ups, is there now. */
  static int pollNow(int fd, int events) throws FsException {
    Pointer fds = SCRATCH.get();
    fds.putInt(0, fd);
    fds.putShort(4, (short) events);
    fds.putShort(6, (short) 0);
    poll(fds, 1, 0);
    return fds.getShort(6);
  }

  /** Makes one number name what another does, as dup2(2). */
  public static void dup2(int from, int to) throws FsException {
    check(C.dup2(from, to), "dup2");
  }

  /**
   * Raises the number of descriptors that we may have, to {@code fs.nr_open} where we may.
   *
   * @return the limit in force
   */
  public static long raiseDescriptorLimit() {
    Pointer limit = SCRATCH.get();
    C.getrlimit(RLIMIT_NOFILE, limit);
    long hard = limit.getLong(8);
    long wanted = hard;
    try {
      wanted = Math.max(hard, Long.parseLong(readFile("/proc/sys/fs/nr_open").trim()));
    } catch (FsException | NumberFormatException e) {
      wanted = hard;
    }
    limit.putLong(0, wanted);
    limit.putLong(8, wanted);
    if (C.setrlimit(RLIMIT_NOFILE, limit) != 0) {
      limit.putLong(0, hard);
      limit.putLong(8, hard);
      C.setrlimit(RLIMIT_NOFILE, limit);
    }
    C.getrlimit(RLIMIT_NOFILE, limit);
    return limit.getLong(0);
  }

  /** Unmounts, as umount2(2); lazily means at once, whoever is still inside. */
  public static void unmount(String mountpoint, boolean lazily) throws FsException {
    check(C.umount2(mountpoint, lazily ? MNT_DETACH : 0), "umount2");
  }

  public static int effectiveUid() {
    return C.geteuid();
  }

  public static int effectiveGid() {
    return C.getegid();
  }

  /** The errno of a call that answers with less than 0. */
  static int check(int result, String call) throws FsException {
    return (int) check((long) result, call);
  }

  static long check(long result, String call) throws FsException {
    if (result < 0) {
      Errno errno = new Errno(Math.max(1, LastError.getLastError(RUNTIME)));
      throw new FsException(errno, call + " failed with " + errno);
    }
    return result;
  }
}
