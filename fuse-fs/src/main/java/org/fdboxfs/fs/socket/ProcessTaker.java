package org.fdboxfs.fs.socket;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.OpenFiles;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Taker;
import org.jspecify.annotations.Nullable;

/**
 * A process that took a descriptor. Those that have it from there, such as its children, are told
 * from those that had it before, such as the process that put it: the latter do not count.
 */
final class ProcessTaker implements Taker {
  private final OpenFiles files;
  private final int fd;
  private final ProcessKey process;
  private final Set<ProcessKey> before;

  /** Ends our use of a number that is for this alone; null where the number is the entry's. */
  private final @Nullable Runnable letGo;

  /** Who was seen with it last. */
  private volatile ProcessKey holder;

  private final AtomicBoolean closed = new AtomicBoolean();

  private ProcessTaker(
      OpenFiles files,
      int fd,
      ProcessKey process,
      Set<ProcessKey> before,
      @Nullable Runnable letGo) {
    this.files = files;
    this.fd = fd;
    this.process = process;
    this.before = before;
    this.letGo = letGo;
    this.holder = process;
  }

  /**
   * To be made before the descriptor of an entry is sent: it looks who has it already, which may
   * take long.
   *
   * @param lease whose descriptor it is; it has to outlive this
   */
  static ProcessTaker of(OpenFiles files, Lease lease, ProcessKey process) {
    int fd = lease.descriptor().number();
    Set<ProcessKey> before = files.holders(fd);
    before.remove(process);
    return new ProcessTaker(files, fd, process, before, null);
  }

  /**
   * Of what was opened anew, which nobody has yet: we keep it as well, to know it again.
   *
   * @param tracking the numbers that may be used for this
   * @throws FsException {@code ENFILE} there are too many of those
   */
  static ProcessTaker ofOwnFile(OpenFiles files, Handout handout, Caller caller, FairShare tracking)
      throws FsException {
    int uid = caller.uid();
    if (!tracking.take(uid, caller.isRoot(), 1)) {
      throw new FsException(
          Errno.ENFILE, "too many takes for less are kept track of, by this user or by all");
    }
    boolean made = false;
    try {
      int fd = Linux.duplicate(handout.number());
      Runnable letGo =
          () -> {
            Linux.close(fd);
            tracking.giveBack(uid, 1);
          };
      ProcessTaker taker = new ProcessTaker(files, fd, caller.processKey(), Set.of(), letGo);
      made = true;
      return taker;
    } finally {
      if (!made) {
        tracking.giveBack(uid, 1);
      }
    }
  }

  /** Whether a taker is that process with the very descriptor of the entry. */
  static boolean isOf(Taker taker, ProcessKey process) {
    return taker instanceof ProcessTaker other
        && other.letGo == null
        && other.process.equals(process);
  }

  @Override
  public boolean stillHas() {
    return !closed.get() && isHeld() && !closed.get();
  }

  private boolean isHeld() {
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

  /**
   * Waits for nobody, for it comes under the guard's lock: who is just looking compares with a
   * number that is closed, or another's by now, and nobody wants to know what comes of it.
   */
  @Override
  public void close() {
    if (!closed.getAndSet(true) && letGo != null) {
      letGo.run();
    }
  }
}
