package org.fdboxfs.client;

import static org.fdboxfs.client.LibC.F_SETFD;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes this process another program, as execve(2) does, which gets descriptors under chosen
 * numbers: the same process id, with its exit status and its signals. What a JVM changes about its
 * process is undone.
 *
 * <p>The numbers may be those of files that the JVM itself reads, so from the first of them on
 * nothing happens but calls that were prepared before, until the program is there or the process
 * has ended.
 */
public final class Replacement {
  /** Cannot be run, as env(1) says it. */
  public static final int NOT_RUN = 126;

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

  private static final int STDERR = 2;
  private static final int SYS_CLOSE_RANGE = 436;
  private static final long LAST_DESCRIPTOR = 0xffffffffL;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int RLIMIT_NOFILE = 7;
  private static final int SIG_SETMASK = 2;
  private static final int SIZEOF_SIGSET = 128;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private final byte[] program;
  private final List<byte[]> arguments;
  private final Before before;
  private final Map<Integer, Descriptor> given = new TreeMap<>();
  private @Nullable Exchange exchange;
  private String movedFrom = "";

  private Replacement(byte[] program, List<byte[]> arguments, Before before) {
    this.program = program;
    this.arguments = arguments;
    this.before = before;
  }

  /**
   * Finds the program as execvp(3) does, with the {@code PATH} of the environment that it is to
   * get.
   *
   * @param arguments the first is the program
   * @param environment {@code NAME=VALUE} each
   * @throws FdBoxException {@code ENOENT} there is none of that name; {@code EACCES} it may not be
   *     run
   */
  public static Replacement find(List<byte[]> arguments, List<byte[]> environment, Before before)
      throws FdBoxException {
    byte[] program = ProgramSearch.find(arguments.get(0), environment);
    return new Replacement(program, arguments, before);
  }

  /** Has the program find the descriptor under that number; it is owned by this object then. */
  public void give(Descriptor descriptor, int number) {
    given.put(number, descriptor);
  }

  /**
   * If the program cannot be run after all, puts what is given back under that name, where it was
   * taken from.
   */
  public void putBack(Exchange taken, String name) {
    exchange = taken;
    movedFrom = name;
  }

  /**
   * Becomes the program. If it cannot be run after all, says so on standard error and ends the
   * process with {@link #NOT_RUN}.
   *
   * @param environment {@code NAME=VALUE} each
   * @param name what the message on standard error begins with
   * @throws FdBoxException as long as nothing was changed: no number is free
   */
  public void become(List<byte[]> environment, String name) throws FdBoxException {
    moveOutOfTheWay();
    int error = standardError();
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
    ByteBuffer prefix = LibC.string((name + ": ").getBytes(StandardCharsets.UTF_8));
    calls.run();
    complain(error, prefix, LibC.errno());
    putBack();
    LibC.EXIT.call(NOT_RUN);
  }

  /** For what is to be said when its number is given away; none if there was none. */
  private int standardError() throws FdBoxException {
    if (!before.inherited().contains(STDERR)) {
      return -1;
    }
    return Descriptor.adopt(STDERR).duplicate().keepOff(given.keySet()).release();
  }

  private void moveOutOfTheWay() throws FdBoxException {
    for (Map.Entry<Integer, Descriptor> each : given.entrySet()) {
      each.setValue(each.getValue().keepOff(given.keySet()));
    }
    if (exchange != null) {
      exchange.keepOff(given.keySet());
    }
  }

  /** Everything is closed by execve(2), but for what was inherited and what is given. */
  private void descriptors(CallSequence calls) {
    calls.add(LibC.SYSCALL, SYS_CLOSE_RANGE, 0, LAST_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
    for (int each : before.inherited()) {
      if (!given.containsKey(each)) {
        calls.add(LibC.FCNTL, each, F_SETFD, 0);
      }
    }
    given.forEach((number, source) -> calls.add(LibC.DUP2, source.number(), number));
  }

  /** After the descriptors, which may have numbers above it. */
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
    long ignoredNow = ignoredSignals();
    for (int signal = 1; signal <= Long.SIZE; signal++) {
      long bit = 1L << (signal - 1);
      boolean internal = signal == 32 || signal == 33; // the C library's, which lets nobody at them
      if (((ignoredNow ^ before.ignoredSignals()) & bit) != 0 && !internal) {
        boolean ignore = (before.ignoredSignals() & bit) != 0;
        calls.add(LibC.SIGNAL, signal, ignore ? SIG_IGN : SIG_DFL);
      }
    }
    ByteBuffer mask = calls.keep(LibC.memory(SIZEOF_SIGSET));
    mask.putLong(0, before.blockedSignals());
    calls.add(LibC.SIGPROCMASK, SIG_SETMASK, LibC.addressOf(mask), 0);
  }

  private static long ignoredSignals() throws FdBoxException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("SigIgn:")) {
          return Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw new FdBoxException(Errnos.ENOENT, "cannot read /proc/self/status");
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
      // A kernel without core dumps has none, and then it means nothing.
    }
  }

  /** No class may be loaded any more: calls only. */
  private static void complain(int error, ByteBuffer prefix, int errno) {
    LibC.WRITE.call(error, LibC.addressOf(prefix), prefix.limit() - 1);
    long text = LibC.STRERROR.word(errno);
    LibC.WRITE.call(error, text, LibC.STRLEN.word(text));
    prefix.put(0, (byte) '\n');
    LibC.WRITE.call(error, LibC.addressOf(prefix), 1);
  }

  /** What this needs was loaded by the take. */
  private void putBack() {
    if (exchange == null) {
      return;
    }
    try {
      for (Descriptor each : given.values()) {
        exchange.put(movedFrom, each);
      }
    } catch (Throwable e) {
      LibC.EXIT.call(NOT_RUN);
    }
  }
}
