package org.fdboxfs.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;

/**
 * Something limited that all users take from. Nobody but root may have more of it than is left, at
 * that moment, for each of so many others: a user alone gets one part, whoever comes next the same
 * part of what is left, and so it takes very many users who want all they can get to use it up.
 */
public final class FairShare {
  private final long limit;
  private final int others;
  private final long mostOfOne;

  @GuardedBy("this")
  private final Map<Integer, Long> taken = new HashMap<>();

  @GuardedBy("this")
  private long total;

  /**
   * Nothing of it is taken.
   *
   * @param limit of all together
   * @param others how many others are to find as much as one user has; at least 1
   */
  public FairShare(long limit, int others) {
    this(limit, others, limit);
  }

  /**
   * Nothing of it is taken.
   *
   * @param mostOfOne that a user other than root may have, however much is left
   */
  public FairShare(long limit, int others, long mostOfOne) {
    this.limit = limit;
    this.others = others;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Takes a part, if there is enough left for that and for the others.
   *
   * @param root who may take what is left for others as well
   * @param amount not negative
   * @return whether it was taken; then it is to be given back
   */
  public synchronized boolean take(int uid, boolean root, long amount) {
    long free = limit - total;
    if (amount == 0 || amount > free) {
      return amount == 0;
    }
    long own = of(uid) + amount;
    if (!root && own > Math.min(mostOfOne, (free - amount) / others)) {
      return false;
    }
    change(uid, amount);
    return true;
  }

  /** What a user has of it at this moment. */
  public synchronized long of(int uid) {
    return taken.getOrDefault(uid, 0L);
  }

  /** Gives back what was taken, or a part of it. */
  public synchronized void giveBack(int uid, long amount) {
    change(uid, -amount);
  }

  @GuardedBy("this")
  private void change(int uid, long by) {
    total += by;
    if (taken.merge(uid, by, Long::sum) == 0) {
      taken.remove(uid);
    }
  }

  /** Users who have something of it at this moment. */
  synchronized int users() {
    return taken.size();
  }
}
