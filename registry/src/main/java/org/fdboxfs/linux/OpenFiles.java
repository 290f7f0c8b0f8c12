package org.fdboxfs.linux;

import java.io.File;
import java.util.HashSet;
import java.util.Set;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.ProcessTable;

/** Which processes have an open file, by kcmp(2) over their descriptors. */
public final class OpenFiles {
  private static final int SELF = (int) ProcessHandle.current().pid();

  private final ProcessTable processes;

  public OpenFiles(ProcessTable processes) {
    this.processes = processes;
  }

  /**
   * Whether a process has an open file, under whatever number.
   *
   * @param fd of ours
   * @return also true when the process is alive and we have no right to look: nothing says that it
   *     has let go
   */
  public boolean isOpenIn(ProcessKey process, int fd) {
    if (!isAlive(process)) {
      return false;
    }
    String[] numbers = new File("/proc/" + process.pid() + "/fd").list();
    boolean has = numbers == null || hasAny(process.pid(), numbers, fd, true);
    return has && isAlive(process);
  }

  /** By pidfd_open(2), and by the start time: it is the very process, and it has not ended. */
  private boolean isAlive(ProcessKey process) {
    try {
      int pidfd = Tasks.pidfdOpen(process.pid(), 0);
      try {
        return processes.startTime(process.pid()) == process.startTime() && !Tasks.hasEnded(pidfd);
      } finally {
        Linux.close(pidfd);
      }
    } catch (FsException e) {
      return e.errno().equals(Errno.EMFILE) || e.errno().equals(Errno.ENFILE);
    }
  }

  private static boolean hasAny(int process, String[] numbers, int fd, boolean ifUnknown) {
    for (String number : numbers) {
      try {
        if (Tasks.isSameFile(SELF, fd, process, Integer.parseInt(number))) {
          return true;
        }
      } catch (FsException e) {
        if (e.errno().equals(Errno.ESRCH)) {
          return false;
        }
        if (!e.errno().equals(Errno.EBADF)) { // that is, not just closed since it was listed
          return ifUnknown;
        }
      }
    }
    return false;
  }

  /**
   * The processes other than this one that have an open file, as far as we may look.
   *
   * @param fd of ours
   */
  public Set<ProcessKey> holders(int fd) {
    Set<ProcessKey> holders = new HashSet<>();
    String[] names = new File("/proc").list((directory, name) -> isNumber(name));
    for (String name : names == null ? new String[0] : names) {
      int process = Integer.parseInt(name);
      String[] numbers = new File("/proc/" + name + "/fd").list();
      if (process != SELF && numbers != null && hasAny(process, numbers, fd, false)) {
        holders.add(new ProcessKey(process, processes.startTime(process)));
      }
    }
    return holders;
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
