package org.fdboxfs.policy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.registry.Claim;

/**
 * A claim in the hands of a front end: the right to use one entry's content in one direction. It is
 * all that an open handle holds, and it is given back with {@link Guard#release}, once.
 */
public final class Lease implements Target {
  private final Claim claim;
  private final AtomicBoolean released = new AtomicBoolean();

  Lease(Claim claim) {
    this.claim = claim;
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
