package org.fdboxfs.linux;

import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;

/** Processes as proc(5) shows them. */
public final class ProcTable implements ProcessTable {
  private static final int STAT_START_TIME = 22;

  /**
   * The thread of a FUSE request is mostly the leader of its group: that is cheaper to find out
   * than to read proc.
   */
  @Override
  public int processOf(int thread) {
    if (Tasks.leadsGroup(thread)) {
      return thread;
    }
    String tgid = statusField(thread, "Tgid:");
    return tgid == null ? 0 : Integer.parseInt(tgid);
  }

  @Override
  public long startTime(int process) {
    String stat = read(process, "stat");
    int afterName = stat.lastIndexOf(')') + 2; // the name may hold anything
    if (afterName < 2) {
      return 0;
    }
    return Long.parseLong(stat.substring(afterName).split(" ", -1)[STAT_START_TIME - 3]);
  }

  @Override
  public @Nullable Set<Integer> groups(int thread) {
    String line = statusField(thread, "Groups:");
    if (line == null) {
      return null;
    }
    Set<Integer> groups = new HashSet<>();
    if (!line.isEmpty()) {
      for (String group : line.split(" ", -1)) {
        groups.add(Integer.parseUnsignedInt(group));
      }
    }
    return groups;
  }

  @Override
  public @Nullable Set<String> capabilities(int thread) {
    String effective = statusField(thread, "CapEff:");
    if (effective == null) {
      return null;
    }
    long bits = Long.parseUnsignedLong(effective, 16);
    return bits == 0 || !isInOurUserNamespace(thread) ? Set.of() : Capabilities.of(bits);
  }

  @Override
  public String executable(int process) {
    try {
      return process <= 0 ? "" : Linux.readlink("/proc/" + process + "/exe");
    } catch (FsException e) {
      return "";
    }
  }

  @Override
  public String cgroup(int process) {
    for (String line : read(process, "cgroup").split("\n", -1)) {
      if (line.startsWith("0::")) {
        return line.substring("0::".length());
      }
    }
    return "";
  }

  @Override
  public String command(int process) {
    return read(process, "comm").trim();
  }

  /** The real uid of a process; empty when it is gone. */
  public OptionalInt userOf(int process) {
    String uids = statusField(process, "Uid:");
    return uids == null
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseUnsignedInt(uids.split("\t", -1)[0]));
  }

  /**
   * Whether a process may do what modes and owners forbid (CAP_DAC_OVERRIDE); not when gone, nor
   * when we cannot look. In a user namespace of its own everybody has all capabilities, and none
   * outside of it.
   */
  public boolean overridesModes(int process) {
    return has(process, "CAP_DAC_OVERRIDE");
  }

  /** Whether a thread may administer the system (CAP_SYS_ADMIN); as {@link #overridesModes}. */
  public boolean administers(int thread) {
    return has(thread, "CAP_SYS_ADMIN");
  }

  private boolean has(int thread, String capability) {
    Set<String> effective = capabilities(thread);
    return effective != null && effective.contains(capability);
  }

  private static boolean isInOurUserNamespace(int process) {
    try {
      return Linux.readlink("/proc/" + process + "/ns/user")
          .equals(Linux.readlink("/proc/self/ns/user"));
    } catch (FsException e) {
      return false;
    }
  }

  /** Whether a process is there and has not ended; one that waits for its parent has. */
  public boolean isRunning(int process) {
    try {
      int pidfd = Tasks.pidfdOpen(process, 0);
      try {
        return !Tasks.hasEnded(pidfd);
      } finally {
        Linux.close(pidfd);
      }
    } catch (FsException e) {
      return e.errno().equals(Errno.EMFILE) || e.errno().equals(Errno.ENFILE);
    }
  }

  private static @Nullable String statusField(int thread, String field) {
    for (String line : read(thread, "status").split("\n", -1)) {
      if (line.startsWith(field)) {
        return line.substring(field.length()).trim();
      }
    }
    return null;
  }

  /** Empty when the process is gone, or hidden from us. */
  private static String read(int process, String file) {
    if (process <= 0) {
      return "";
    }
    try {
      return Linux.readFile("/proc/" + process + "/" + file);
    } catch (FsException e) {
      return "";
    }
  }
}
