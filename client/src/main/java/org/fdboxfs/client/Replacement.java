package org.fdboxfs.client;

import static org.fdboxfs.client.LibC.F_SETFD;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes this process another program, as execve(2) does, which gets descriptors under chosen
 * numbers: the same process id, with its exit status and its signals. What a JVM changes about its
 * process is undone. Needs Linux 5.11.
 *
 * <p>The numbers may be those of files that the JVM reads, and its threads open and close others at
 * any time. So all of it happens in one thread with a descriptor table of its own, which makes
 * calls that were prepared before and nothing else; if the last of them fails, everybody else still
 * has what was there. Locks of fcntl(2) that the process held go with the table that they were made
 * in.
 */
public final class Replacement {
  /**
   * How the process was before the JVM, and what started it, changed it.
   *
   * @param inherited the open descriptors that the program is to find again
   * @param blockedSignals one bit a signal, the lowest for number 1
   * @param ignoredSignals the same
   * @param openFiles the soft limit of open files; -1 for none
   * @param coredumpFilter the content of {@code /proc/self/coredump_filter}, or empty
   */
  public record Before(
      List<Integer> inherited,
      long blockedSignals,
      long ignoredSignals,
      long openFiles,
      String coredumpFilter) {}

  private static final int SYS_CLOSE_RANGE = 436;
  private static final long LAST_DESCRIPTOR = 0xffffffffL;
  private static final int CLOSE_RANGE_UNSHARE = 2;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int RLIMIT_NOFILE = 7;
  private static final int SIG_SETMASK = 2;
  private static final int SIZEOF_SIGSET = 128;

  /** As the kernel has them. */
  private static final int SYS_RT_SIGACTION = rtSigaction();

  private static final int SIZEOF_SIGACTION = 32;
  private static final int SIGSET_BYTES = 8;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private final byte[] program;
  private final List<byte[]> arguments;
  private final Before before;
  private final Map<Integer, Descriptor> given = new TreeMap<>();

  private Replacement(byte[] program, List<byte[]> arguments, Before before) {
    this.program = program;
    this.arguments = arguments;
    this.before = before;
  }

  /**
   * Finds the program as execvp(3) does.
   *
   * @param arguments the first is the program
   * @param environment {@code NAME=VALUE} each; its {@code PATH} is searched
   * @throws FdBoxException {@code ENOENT} there is none of that name; {@code EACCES} it may not be
   *     run
   */
  public static Replacement find(List<byte[]> arguments, List<byte[]> environment, Before before)
      throws FdBoxException {
    byte[] program = ProgramSearch.find(arguments.get(0), environment);
    return new Replacement(program, arguments, before);
  }

  /**
   * Looks whether a number can be given.
   *
   * @throws FdBoxException {@code EMFILE} the program's limit of open files is not above it
   */
  public void checkNumber(int number) throws FdBoxException {
    if (Long.compareUnsigned(number, before.openFiles()) >= 0) {
      throw new FdBoxException(
          Errnos.EMFILE,
          "descriptor " + number + " is beyond the limit of open files, " + before.openFiles());
    }
  }

  /**
   * Has the program find the descriptor under that number; it is owned by this object then.
   *
   * @throws FdBoxException as {@link #checkNumber}
   */
  public void give(Descriptor descriptor, int number) throws FdBoxException {
    given.put(number, descriptor);
    checkNumber(number);
  }

  /**
   * Becomes the program. This returns with an exception or not at all; then the process may still
   * be used, but signals and limits may be those that the program was to have.
   *
   * @param environment {@code NAME=VALUE} each
   * @throws FdBoxException with the errno of execve(2), or of what comes before it
   */
  public void become(List<byte[]> environment) throws FdBoxException {
    moveOutOfTheWay();
    restoreCoredumpFilter();
    CallSequence calls = new CallSequence();
    descriptors(calls);
    limit(calls);
    signals(calls);
    calls.add(
        LibC.EXECVPE,
        LibC.addressOf(calls.keep(LibC.string(program))),
        LibC.addressOf(calls.keep(CallSequence.strings(arguments))),
        LibC.addressOf(calls.keep(CallSequence.strings(environment))));
    CallSequence.rehearse();
    Thread thread = new Thread(calls, "execve");
    thread.start();
    await(thread);
    throw calls.failure();
  }

  private static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // for later: what has begun is not left halfway
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is given must not have a number that another is to get before it. */
  private void moveOutOfTheWay() throws FdBoxException {
    for (Map.Entry<Integer, Descriptor> each : given.entrySet()) {
      each.setValue(each.getValue().keepOff(given.keySet()));
    }
  }

  /** Everything is closed by execve(2), but for what was inherited and what is given. */
  private void descriptors(CallSequence calls) {
    int flags = CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC;
    calls.add(LibC.SYSCALL, SYS_CLOSE_RANGE, 0, LAST_DESCRIPTOR, flags, 0);
    for (int each : before.inherited()) {
      if (!given.containsKey(each)) {
        calls.add(LibC.FCNTL, each, F_SETFD, 0);
      }
    }
    for (Map.Entry<Integer, Descriptor> each : given.entrySet()) {
      calls.add(LibC.DUP2, each.getValue().number(), each.getKey());
    }
  }

  /** A JVM has the highest that it may. */
  private void limit(CallSequence calls) throws FdBoxException {
    ByteBuffer limits = calls.keep(LibC.memory(16));
    if (LibC.GETRLIMIT.call(RLIMIT_NOFILE, LibC.addressOf(limits)) != 0) {
      throw LibC.failure("cannot tell the limit of open files");
    }
    limits.putLong(0, before.openFiles());
    calls.add(LibC.SETRLIMIT, RLIMIT_NOFILE, LibC.addressOf(limits));
  }

  /** Handlers go by themselves; what the JVM or the launcher made them of may have been ignored. */
  private void signals(CallSequence calls) throws FdBoxException {
    long different = ignoredSignals() ^ before.ignoredSignals();
    for (int signal = 1; signal <= Long.SIZE; signal++) {
      long bit = 1L << (signal - 1);
      if ((different & bit) != 0) {
        signal(calls, signal, (before.ignoredSignals() & bit) != 0 ? SIG_IGN : SIG_DFL);
      }
    }
    ByteBuffer mask = calls.keep(LibC.memory(SIZEOF_SIGSET));
    mask.putLong(0, before.blockedSignals());
    calls.add(LibC.SIGPROCMASK, SIG_SETMASK, LibC.addressOf(mask), 0);
  }

  private static void signal(CallSequence calls, int signal, long handler) {
    if (signal != 32 && signal != 33) {
      calls.add(LibC.SIGNAL, signal, handler);
    } else if (SYS_RT_SIGACTION > 0) {
      // The C library lets nobody at the two that it uses itself, but does not care any more.
      ByteBuffer action = calls.keep(LibC.memory(SIZEOF_SIGACTION));
      action.putLong(0, handler);
      calls.add(LibC.SYSCALL, SYS_RT_SIGACTION, signal, LibC.addressOf(action), 0, SIGSET_BYTES);
    }
  }

  private static int rtSigaction() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64" -> 13;
      case "aarch64" -> 134;
      default -> 0; // not known here
    };
  }

  private static long ignoredSignals() throws FdBoxException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("SigIgn:")) {
          return Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw new FdBoxException(Errnos.EIO, "cannot read /proc/self/status");
    }
    return 0;
  }

  /** A JVM adds mappings of files to it, and it is inherited. */
  private void restoreCoredumpFilter() {
    if (before.coredumpFilter().isEmpty()) {
      return;
    }
    try {
      Files.writeString(Path.of("/proc/self/coredump_filter"), "0x" + before.coredumpFilter());
    } catch (IOException e) {
      // It says what a dump of the program would have in it, which is no reason not to run it.
    }
  }
}
