package org.fdboxfs.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.registry.Claim;

/**
 * A claim in the hands of a front end: the right to use one entry's content in one direction. It is
 * all that an open handle holds, and it is given back with {@link Guard#release}, once.
 */
public final class Lease implements Target {
  private static final int MOST_TAKERS = 64;

  private final Claim claim;
  private final AtomicBoolean released = new AtomicBoolean();

  @GuardedBy("takers")
  private final List<Taker> takers = new ArrayList<>(0);

  Lease(Claim claim) {
    this.claim = claim;
  }

  /**
   * Notes who was given the descriptor, so that the claim lasts as long as it is kept.
   *
   * @param taker owned by the lease from now on, also when this throws
   * @throws FsException {@code EBADF} the lease was released; {@code ENFILE} too many have it
   *     already
   */
  public void takenBy(Taker taker) throws FsException {
    synchronized (takers) {
      if (released.get()) { // nobody would ever ask for the taker, or close it
        taker.close();
        throw new FsException(Errno.EBADF, "the claim has ended");
      }
      if (takers.size() == MOST_TAKERS) {
        taker.close();
        throw new FsException(
            Errno.ENFILE, "at most " + MOST_TAKERS + " takes by one handle are kept track of");
      }
      takers.add(taker);
    }
  }

  /** Whether somebody was noted already. */
  public boolean isTakenBy(Predicate<Taker> somebody) {
    synchronized (takers) {
      return takers.stream().anyMatch(somebody);
    }
  }

  List<Taker> takers() {
    synchronized (takers) {
      return List.copyOf(takers);
    }
  }

  Claim claim() {
    return claim;
  }

  /** True the first time only. */
  boolean endOnce() {
    return released.compareAndSet(false, true);
  }

  public Access access() {
    return claim.access();
  }

  /** Whether it is for all that the descriptor was opened for. */
  public boolean isForAll() {
    return claim.access() == claim.entry().access();
  }

  public FdKind kind() {
    return claim.descriptor().kind();
  }

  /** Inode number of the entry, which tells entries apart. */
  public long inode() {
    return claim.entry().inode();
  }

  /** Lent for as long as the lease is held. */
  public Descriptor descriptor() {
    return claim.descriptor();
  }
}
