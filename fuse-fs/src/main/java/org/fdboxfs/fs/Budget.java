package org.fdboxfs.fs;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;

/** A share of the daemon's memory that handles of all users take from and give back to. */
final class Budget {
  private final String what;
  private final FairShare share;

  /**
   * A budget of which nothing is taken.
   *
   * @param what for the refusal
   * @param others as in {@link FairShare}
   */
  Budget(String what, long limit, int others) {
    this.what = what;
    this.share = new FairShare(limit, others);
  }

  /**
   * Takes a part.
   *
   * @throws FsException {@code ENOMEM} there is not so much left, or not for this user
   */
  void take(Caller caller, long amount) throws FsException {
    if (!share.take(caller.uid(), caller.isRoot(), amount)) {
      throw new FsException(
          Errno.ENOMEM, "too many " + what + " are open, by this user or by all together");
    }
  }

  void giveBack(Caller caller, long amount) {
    share.giveBack(caller.uid(), amount);
  }
}
