package org.fdboxfs.linux;

import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/**
 * System calls about processes and threads, both of which the kernel calls tasks, and about the
 * descriptor tables that they have.
 */
public final class Tasks {
  /** Thread group of a thread other than the leader: PIDFD_THREAD of pidfd_open(2), since 6.9. */
  static final int PIDFD_THREAD = 0200;

  private static final LibC C = LibC.INSTANCE;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final int SIZEOF_SIGACTION = 152;
  private static final int SYS_TGKILL = isArm() ? 131 : 234;
  private static final int SYS_GETTID = isArm() ? 178 : 186;
  private static final int SYS_UNSHARE = isArm() ? 97 : 272;
  private static final int SYS_KCMP = isArm() ? 272 : 312;
  private static final int SYS_PIDFD_OPEN = 434;
  private static final int SYS_CLOSE_RANGE = 436;
  private static final int SYS_PIDFD_GETFD = 438;
  private static final int CLONE_FILES = 0x400;
  private static final int KCMP_FILE = 0;
  private static final int POLLIN = 1;

  private Tasks() {}

  private static boolean isArm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /**
   * A descriptor of a process or thread, as pidfd_open(2).
   *
   * @throws FsException {@code ESRCH} gone; {@code EINVAL} or {@code ENOENT} a thread that leads no
   *     group, unless {@link #PIDFD_THREAD} is given
   */
  public static int pidfdOpen(int pid, int flags) throws FsException {
    return (int) Linux.check(C.syscall(SYS_PIDFD_OPEN, pid, flags, 0), "pidfd_open");
  }

  /**
   * Makes a signal do nothing but end the system call that a thread waits in, with {@code EINTR}.
   * Its handler is abs(3): a function that takes a number and changes nothing.
   */
  static void makeInterrupting(int signal) throws FsException {
    Pointer action = Memory.allocateDirect(RUNTIME, SIZEOF_SIGACTION, true);
    action.putPointer(0, C.dlsym(0, "abs"));
    Linux.check(C.sigaction(signal, action, null), "sigaction");
  }

  /** Sends a signal to a thread of ours, as tgkill(2). */
  static void interrupt(int thread, int signal) {
    C.syscall(SYS_TGKILL, ProcessHandle.current().pid(), thread, signal);
  }

  /** Whether a thread is one of this process: tgkill(2) of no signal. */
  public static boolean isOwnThread(int thread) {
    return C.syscall(SYS_TGKILL, ProcessHandle.current().pid(), thread, 0) == 0;
  }

  /** Whether a thread is the one that its process is named after: tgkill(2) of no signal. */
  static boolean leadsGroup(int thread) {
    return C.syscall(SYS_TGKILL, thread, thread, 0) == 0
        || LastError.getLastError(RUNTIME) == Errno.EPERM.code();
  }

  /**
   * Duplicates a descriptor of another process, as pidfd_getfd(2).
   *
   * @throws FsException {@code EBADF} not open there; {@code EPERM} no ptrace rights on the process
   */
  public static int pidfdGetfd(int pidfd, int fd) throws FsException {
    return (int) Linux.check(C.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0), "pidfd_getfd");
  }

  /**
   * Whether two descriptors are of the same open file, as kcmp(2).
   *
   * @throws FsException {@code EBADF} one is not open; {@code ESRCH} a process is gone; {@code
   *     EPERM} no ptrace rights on one
   */
  static boolean isSameFile(int process, int fd, int otherProcess, int otherFd) throws FsException {
    return Linux.check(
            C.syscall(SYS_KCMP, process, otherProcess, KCMP_FILE, fd, otherFd, 0), "kcmp")
        == 0;
  }

  /** The kernel's number of the calling thread, as gettid(2). */
  static int threadId() {
    return (int) C.syscall(SYS_GETTID, 0, 0, 0);
  }

  /** Gives the calling thread a copy of its descriptor table, as unshare(CLONE_FILES). */
  static void unshareFiles() throws FsException {
    Linux.check(C.syscall(SYS_UNSHARE, CLONE_FILES, 0, 0), "unshare");
  }

  /** Closes what is open between two numbers, both included, as close_range(2). */
  static void closeRange(int first, int last) throws FsException {
    Linux.check(C.syscall(SYS_CLOSE_RANGE, first, last, 0), "close_range");
  }

  /** Whether the process of a pidfd has ended: it can be read then. */
  static boolean hasEnded(int pidfd) throws FsException {
    return Linux.pollNow(pidfd, POLLIN) != 0;
  }
}
