package org.fdboxfs.fs;

import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** A share of the daemon's memory that handles of all users take from and give back to. */
final class Budget {
  private final String what;
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * A budget of which nothing is taken.
   *
   * @param what for the refusal
   */
  Budget(String what, long limit) {
    this.what = what;
    this.limit = limit;
  }

  /**
   * Takes a part.
   *
   * @throws FsException {@code ENOMEM} there is not so much left
   */
  void take(long amount) throws FsException {
    if (taken.addAndGet(amount) > limit) {
      taken.addAndGet(-amount);
      throw new FsException(Errno.ENOMEM, "too many " + what + " are open, by all users together");
    }
  }

  void giveBack(long amount) {
    taken.addAndGet(-amount);
  }
}
