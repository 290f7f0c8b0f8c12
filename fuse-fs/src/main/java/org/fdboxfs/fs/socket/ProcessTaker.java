package org.fdboxfs.fs.socket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Set;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.OpenFiles;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Taker;

/**
 * A process that took a descriptor. Those that have it from there, such as its children, are told
 * from those that had it before, such as the process that put it: the latter do not count.
 */
final class ProcessTaker implements Taker {
  private final OpenFiles files;
  private final int fd;
  private final boolean ownNumber;
  private final ProcessKey process;
  private final Set<ProcessKey> before;

  @GuardedBy("this")
  private ProcessKey holder;

  @GuardedBy("this")
  private boolean closed;

  private ProcessTaker(
      OpenFiles files, int fd, boolean ownNumber, ProcessKey process, Set<ProcessKey> before) {
    this.files = files;
    this.fd = fd;
    this.ownNumber = ownNumber;
    this.process = process;
    this.before = before;
    this.holder = process;
  }

  /**
   * To be made before the descriptor is sent: it looks who has it already, which may take long.
   *
   * @param lease whose descriptor it is; it has to outlive this
   * @throws FsException {@code EMFILE}
   */
  static ProcessTaker of(OpenFiles files, Lease lease, Handout handout, ProcessKey process)
      throws FsException {
    if (handout.isAnew()) {
      return new ProcessTaker(files, Linux.duplicate(handout.number()), true, process, Set.of());
    }
    int fd = lease.descriptor().number();
    Set<ProcessKey> before = files.holders(fd);
    before.remove(process);
    return new ProcessTaker(files, fd, false, process, before);
  }

  /** Whether a taker is that process with the very descriptor of the entry. */
  static boolean isOf(Taker taker, ProcessKey process) {
    return taker instanceof ProcessTaker other && !other.ownNumber && other.process.equals(process);
  }

  @Override
  public synchronized boolean stillHas() {
    if (closed) {
      return false;
    }
    if (files.isOpenIn(holder, fd)) {
      return true;
    }
    for (ProcessKey other : files.holders(fd)) {
      if (!before.contains(other)) {
        holder = other;
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void close() {
    if (ownNumber && !closed) {
      Linux.close(fd);
    }
    closed = true;
  }
}
