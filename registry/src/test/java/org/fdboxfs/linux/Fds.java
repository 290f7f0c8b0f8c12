package org.fdboxfs.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;

/** Descriptors of this process that are closed at the end of a test. */
final class Fds implements AutoCloseable {
  private static final int O_CLOEXEC = 02000000;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int CLOCK_MONOTONIC = 1;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final Deque<Integer> open = new ArrayDeque<>();

  /** Remembers a descriptor to close. */
  int own(int fd) {
    if (fd < 0) {
      throw new AssertionError("the kernel refuses");
    }
    open.push(fd);
    return fd;
  }

  /** Closes one now. */
  void close(int fd) {
    open.remove(fd);
    Linux.close(fd);
  }

  /** Somebody else closes it now. */
  int release(int fd) {
    open.remove(fd);
    return fd;
  }

  /** The end to read from, then the one to write to. */
  int[] pipe() {
    int[] ends = new int[2];
    MoreC.INSTANCE.pipe2(ends, O_CLOEXEC);
    own(ends[0]);
    own(ends[1]);
    return ends;
  }

  int[] sockets() {
    int[] ends = new int[2];
    MoreC.INSTANCE.socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, ends);
    own(ends[0]);
    own(ends[1]);
    return ends;
  }

  /** Blocking, with a counter of 0. */
  int eventfd() {
    return own(MoreC.INSTANCE.eventfd(0, O_CLOEXEC));
  }

  int timerfd() {
    return own(MoreC.INSTANCE.timerfd_create(CLOCK_MONOTONIC, O_CLOEXEC));
  }

  /** Lets a timer expire at once. */
  static void fire(int timerfd) {
    Pointer time = Memory.allocateDirect(RUNTIME, 32, true);
    time.putLong(24, 1);
    MoreC.INSTANCE.timerfd_settime(timerfd, 0, time, Memory.allocateDirect(RUNTIME, 32, true));
  }

  int signalfd() {
    return own(MoreC.INSTANCE.signalfd(-1, Memory.allocateDirect(RUNTIME, 128, true), O_CLOEXEC));
  }

  int epoll() {
    return own(MoreC.INSTANCE.epoll_create1(O_CLOEXEC));
  }

  int inotify() {
    return own(MoreC.INSTANCE.inotify_init1(O_CLOEXEC));
  }

  int memfd() throws FsException {
    return own(Linux.memfdCreate("test", 1));
  }

  int open(String path, int flags) throws FsException {
    return own(Linux.open(path, flags));
  }

  static int pid() {
    return (int) ProcessHandle.current().pid();
  }

  /** Of the thread that runs the test, which is not the first of the process. */
  static int thread() {
    return MoreC.INSTANCE.gettid();
  }

  static Caller self() {
    return new Caller(Linux.effectiveUid(), Linux.effectiveGid(), thread(), new ProcTable());
  }

  /** Bytes outside the heap, filled with zeros; kept by what it returns. */
  static Bytes bytes(int length) {
    return new Bytes(Memory.allocateDirect(RUNTIME, length, true), length);
  }

  /** Memory that a system call may use. */
  record Bytes(Pointer pointer, int length) {
    NativeBuffer buffer() {
      return new NativeBuffer(pointer.address(), length);
    }

    Bytes with(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      pointer.put(0, bytes, 0, bytes.length);
      return this;
    }

    Bytes with(long value) {
      pointer.putLong(0, value);
      return this;
    }

    String text(long count) {
      byte[] bytes = new byte[(int) count];
      pointer.get(0, bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      Linux.close(open.pop());
    }
  }
}
