package org.fdboxfs.linux;

import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;

/** A descriptor of the kernel, counted: the last user that closes it closes the kernel's. */
final class HeldDescriptor implements Descriptor {
  private static final int O_NONBLOCK = 04000;
  private static final int O_NOCTTY = 0400;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private final int fd;
  private final FdKind kind;
  private final Access access;
  private final Closing closing;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile boolean shared;
  private volatile long watch;

  /** How a number is closed when its last user has gone. */
  @FunctionalInterface
  interface Closing {
    /**
     * Closes, now or soon.
     *
     * @param fd consumed
     */
    void close(int fd);
  }

  /**
   * Takes a descriptor over.
   *
   * @param fd owned by this from now on
   * @param shared whether others may hold the file
   */
  HeldDescriptor(int fd, FdKind kind, Access access, boolean shared) {
    this(fd, kind, access, shared, number -> Closer.close(number, kind));
  }

  /** Takes a descriptor over whose end is somebody else's matter, too. */
  HeldDescriptor(int fd, FdKind kind, Access access, boolean shared, Closing closing) {
    this.fd = fd;
    this.kind = kind;
    this.access = access;
    this.shared = shared;
    this.closing = closing;
  }

  @Override
  public FdKind kind() {
    return kind;
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public boolean shared() {
    return shared;
  }

  @Override
  public void share() {
    shared = true;
  }

  @Override
  public boolean isSameFile(Descriptor other) {
    try (Descriptor pinned = other.pin()) {
      int self = (int) ProcessHandle.current().pid();
      return Tasks.isSameFile(self, used(), self, pinned.number());
    } catch (FsException e) {
      return false;
    }
  }

  /** Files never hang up; and to ask one of a user's filesystem may take for ever. */
  @Override
  public void onHangup(Runnable told) throws FsException {
    if (kind != FdKind.FILE && kind != FdKind.DIRECTORY) {
      watch = HangupWatch.add(used(), told);
    }
  }

  @Override
  public int number() {
    return fd;
  }

  @Override
  public Stat stat() throws FsException {
    if (!tryRetain()) {
      throw closed();
    }
    try {
      return Linux.content(fd);
    } finally {
      close();
    }
  }

  @Override
  public long pread(NativeBuffer into, long offset) throws FsException {
    return Linux.pread(used(), into, offset);
  }

  @Override
  public long pwrite(NativeBuffer from, long offset) throws FsException {
    return Linux.pwrite(used(), from, offset);
  }

  @Override
  public long readNow(NativeBuffer into) throws FsException {
    return switch (kind) {
      case SOCKET -> Linux.receiveNow(used(), into);
      case TTY -> onOwnDescription(0, own -> Linux.read(own, into));
      case PIPE -> notNow(() -> Linux.readNow(used(), into), 0, own -> Linux.read(own, into));
      default -> Linux.readNow(used(), into);
    };
  }

  @Override
  public long writeNow(NativeBuffer from) throws FsException {
    return switch (kind) {
      case SOCKET -> Linux.sendNow(used(), from);
      case TTY -> onOwnDescription(1, own -> Linux.write(own, from));
      case PIPE -> notNow(() -> Linux.writeNow(used(), from), 1, own -> Linux.write(own, from));
      case EVENTFD -> EventfdWriter.write(used(), from);
      default -> Linux.writeNow(used(), from);
    };
  }

  private interface Transfer {
    long run(int own) throws FsException;
  }

  private interface Attempt {
    long run() throws FsException;
  }

  /** An end of a pipe that splice(2) was used on does not know "not now" any more. */
  private long notNow(Attempt attempt, int accessMode, Transfer transfer) throws FsException {
    try {
      return attempt.run();
    } catch (FsException e) {
      if (!e.errno().equals(Errno.EOPNOTSUPP)) {
        throw e;
      }
    }
    try {
      return onOwnDescription(accessMode, transfer);
    } catch (FsException e) {
      // Opening the end that is written to, without a reader.
      throw e.errno().equals(Errno.ENXIO) ? new FsException(Errno.EPIPE, "nobody reads") : e;
    }
  }

  /**
   * Where a single call knows no "not now", and O_NONBLOCK is shared with every other holder: an
   * open file description of our own has its own flag. Never opened for more than the held
   * descriptor was.
   */
  private long onOwnDescription(int accessMode, Transfer transfer) throws FsException {
    if (accessMode == 0 ? !access.reads() : !access.writes()) {
      throw new FsException(Errno.EBADF, "not opened for that");
    }
    int own = Linux.open("/proc/self/fd/" + used(), accessMode | O_NONBLOCK | O_NOCTTY);
    try {
      return transfer.run(own);
    } finally {
      Linux.close(own);
    }
  }

  @Override
  public long seek(long offset, int whence) throws FsException {
    if (whence != SEEK_DATA && whence != SEEK_HOLE) {
      throw new FsException(Errno.EINVAL, "neither data nor hole");
    }
    int own = Linux.open("/proc/self/fd/" + fd, 0);
    try {
      return Linux.seek(own, offset, whence);
    } finally {
      Linux.close(own);
    }
  }

  @Override
  public void truncate(long size) throws FsException {
    requireWritable();
    Linux.truncate(used(), size);
  }

  @Override
  public void allocate(int mode, long offset, long length) throws FsException {
    requireWritable();
    Linux.allocate(used(), mode, offset, length);
  }

  private void requireWritable() throws FsException {
    if (!access.writes()) {
      throw new FsException(Errno.EACCES, "the descriptor that was put is read-only");
    }
  }

  @Override
  public Descriptor retain() {
    if (!tryRetain()) {
      throw new IllegalStateException("descriptor is closed");
    }
    return this;
  }

  /** False when the last user has already gone. */
  boolean tryRetain() {
    return users.getAndUpdate(n -> n <= 0 ? n : n + 1) > 0;
  }

  /** The number, which may be somebody else's once the last user is gone. */
  private int used() throws FsException {
    if (users.get() <= 0) {
      throw closed();
    }
    return fd;
  }

  private static FsException closed() {
    return new FsException(Errno.EBADF, "the descriptor is closed");
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0) {
      if (watch != 0) {
        HangupWatch.forget(fd, watch);
      }
      closing.close(fd);
    }
  }

  @Override
  public String toString() {
    return kind + " " + fd;
  }
}
