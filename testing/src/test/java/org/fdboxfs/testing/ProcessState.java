package org.fdboxfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What proc tells of a process: whether it is gone, or waits inside a system call. */
final class ProcessState {
  private static final boolean INTEL = System.getProperty("os.arch", "").equals("amd64");

  private ProcessState() {}

  static void awaitInRead(long pid) {
    awaitSleepingIn(pid, "0", "63");
  }

  static void awaitInWrite(long pid) {
    awaitSleepingIn(pid, "1", "64");
  }

  static void awaitInReceive(long pid) {
    awaitSleepingIn(pid, "45", "207");
  }

  static void awaitInIoctl(long pid) {
    awaitSleepingIn(pid, "16", "29");
  }

  static void awaitInUnlink(long pid) {
    awaitSleepingIn(pid, "87", "35");
  }

  private static void awaitSleepingIn(long pid, String onIntel, String onArm) {
    awaitIn(pid, INTEL ? onIntel : onArm);
    awaitSleeping(pid);
  }

  /** Inside that call with the mount as its file: the driver itself reads from standard input. */
  private static void awaitIn(long pid, String call) {
    Await.until(
        () -> pid + " is in call " + call + " but " + read(pid, "syscall"),
        () -> {
          String[] words = read(pid, "syscall").trim().split(" ", -1);
          return words[0].equals(call) && words.length > 1 && !words[1].equals("0x0");
        });
  }

  static void awaitSleeping(long pid) {
    Await.until(pid + " sleeps", () -> "SD".indexOf(state(pid)) >= 0);
  }

  /** By SIGSTOP, with all its threads. */
  static boolean isStopped(long pid) {
    return state(pid) == 'T';
  }

  static void awaitStopped(long pid) {
    Await.until(pid + " is stopped", () -> isStopped(pid));
  }

  /** Gone, or dead and only waiting for its parent to notice. */
  static boolean isGone(long pid) {
    try {
      return "ZX".indexOf(state(pid)) >= 0;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  /** How many threads it has. */
  static int threads(long pid) {
    String status = read(pid, "status");
    String line =
        status.lines().filter(each -> each.startsWith("Threads:")).findFirst().orElseThrow();
    return Integer.parseInt(line.substring("Threads:".length()).trim());
  }

  private static char state(long pid) {
    String stat = read(pid, "stat");
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
