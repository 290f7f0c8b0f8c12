package org.fdboxfs.fs.socket;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
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

  @GuardedBy("this")
  private final Map<Integer, Integer> ofUsers = new HashMap<>();

  @GuardedBy("this")
  private int running;

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
    begin(caller);
    try {
      return step.run();
    } finally {
      end(caller);
    }
  }

  private synchronized void begin(Caller caller) throws FsException {
    int own = ofUsers.getOrDefault(caller.uid(), 0);
    if (running == MOST || (own == MOST_OF_ONE_USER && !caller.isRoot())) {
      throw new FsException(Errno.EAGAIN, "too many takes are being looked into, try again");
    }
    ofUsers.put(caller.uid(), own + 1);
    running++;
    if (surplus > 0) {
      surplus--;
    } else {
      replacement.run();
    }
  }

  private synchronized void end(Caller caller) {
    ofUsers.merge(caller.uid(), -1, (a, b) -> a + b == 0 ? null : a + b);
    running--;
    surplus++;
  }

  /** Whether there are too many serving threads: the one that asks has to end then. */
  synchronized boolean isSurplus() {
    if (surplus == 0) {
      return false;
    }
    surplus--;
    return true;
  }
}
