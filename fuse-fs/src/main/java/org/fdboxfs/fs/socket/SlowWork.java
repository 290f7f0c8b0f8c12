package org.fdboxfs.fs.socket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;

/**
 * Work of a serving thread that takes long, such as looking at every process of the machine:
 * another thread serves in its place meanwhile, so that nobody else waits.
 */
final class SlowWork {
  /** What is looked up. */
  interface Step<T> {
    T run() throws FsException;
  }

  private static final int MOST = 32;
  private static final int MOST_OF_ONE_USER = 4;

  private final Runnable replacement;

  private final FairShare running = new FairShare(MOST, 4, MOST_OF_ONE_USER);

  @GuardedBy("this")
  private int surplus;

  /**
   * @param replacement starts one more serving thread
   */
  SlowWork(Runnable replacement) {
    this.replacement = replacement;
  }

  /**
   * Does something while another thread serves.
   *
   * @throws FsException {@code EAGAIN} too much of that is being done; what the step throws
   */
  <T> T run(Caller caller, Step<T> step) throws FsException {
    if (!running.take(caller.uid(), caller.isRoot(), 1)) {
      throw new FsException(Errno.EAGAIN, "too many takes are being looked into, try again");
    }
    try {
      if (!isSurplus()) {
        replacement.run();
      }
      try {
        return step.run();
      } finally {
        addSurplus();
      }
    } finally {
      running.giveBack(caller.uid(), 1);
    }
  }

  private synchronized void addSurplus() {
    surplus++;
  }

  /** Whether there are too many serving threads: the one that asks has to end, or to be slow. */
  synchronized boolean isSurplus() {
    if (surplus == 0) {
      return false;
    }
    surplus--;
    return true;
  }
}
