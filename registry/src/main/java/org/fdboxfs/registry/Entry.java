package org.fdboxfs.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * A preserved descriptor with a name. The entry holds one reference on its descriptor while it is
 * listed; each claim holds one of its own.
 */
public final class Entry extends Node {
  /** Bits that go with the next write, of which the kernel is not told. */
  private static final int SET_IDS = 06000;

  private final Descriptor descriptor;
  private final List<Claim> claims = new ArrayList<>(0);
  private int writers;
  private long accountedBytes;
  private Overlay accessed;
  private Overlay modified;

  /**
   * A time that a user set, and the descriptor's own at that moment: once the descriptor's moves
   * on, it is the newer truth.
   */
  private record Overlay(Timestamp set, @Nullable Timestamp base) {
    Timestamp against(Timestamp current) {
      return base == null || base.equals(current) ? set : current;
    }
  }

  Entry(
      long inode,
      String name,
      Ownership owner,
      Descriptor descriptor,
      Descriptor.@Nullable Stat stat,
      Timestamp now) {
    super(inode, name, owner, now);
    this.descriptor = descriptor;
    this.accessed = new Overlay(now, stat == null ? null : stat.accessed());
    this.modified = new Overlay(now, stat == null ? null : stat.modified());
    this.accountedBytes = stat == null ? 0 : stat.size();
  }

  /** Borrowed: retain it before the guard's lock is left. */
  public Descriptor descriptor() {
    return descriptor;
  }

  public FdKind kind() {
    return descriptor.kind();
  }

  /** The claims on the entry, oldest first. */
  public List<Claim> claims() {
    return Collections.unmodifiableList(claims);
  }

  /** How many of the claims are open for writing. */
  public int writers() {
    return writers;
  }

  /** The size that counts against the owner's quota, in bytes: the last one that was seen. */
  public long accountedBytes() {
    return accountedBytes;
  }

  void accountBytes(long bytes) {
    accountedBytes = bytes;
  }

  void addClaim(Claim claim) {
    claims.add(claim);
    writers += claim.access().writes() ? 1 : 0;
    claimsChanged();
  }

  void removeClaim(Claim claim) {
    if (claims.remove(claim)) {
      writers -= claim.access().writes() ? 1 : 0;
      claimsChanged();
    }
  }

  private void claimsChanged() {
    Directory parent = parent();
    if (parent != null) {
      parent.claimsChanged(this);
    }
  }

  @Override
  public void setTimes(@Nullable Timestamp accessed, @Nullable Timestamp modified, Timestamp now) {
    setTimes(accessed, modified, null, now);
  }

  /**
   * Sets the times that stat shows until the descriptor's own move on.
   *
   * @param stat the descriptor's own of this moment; null for kinds that have none
   */
  public void setTimes(
      @Nullable Timestamp accessed,
      @Nullable Timestamp modified,
      Descriptor.@Nullable Stat stat,
      Timestamp now) {
    if (accessed != null) {
      this.accessed = new Overlay(accessed, stat == null ? null : stat.accessed());
    }
    if (modified != null) {
      this.modified = new Overlay(modified, stat == null ? null : stat.modified());
    }
    touchChanged(now);
  }

  /**
   * What stat(2) shows.
   *
   * @param stat of the descriptor at this moment; null for kinds that have no bytes
   */
  public Attributes attributes(Descriptor.@Nullable Stat stat) {
    if (stat == null) {
      return attributes(0, 0, accessed.set(), modified.set(), changed());
    }
    return attributes(
        stat.size(),
        stat.blocks(),
        accessed.against(stat.accessed()),
        modified.against(stat.modified()),
        modified.base() != null && modified.base().equals(stat.modified())
            ? changed()
            : Timestamp.later(changed(), stat.changed()));
  }

  private Attributes attributes(
      long size, long blocks, Timestamp accessed, Timestamp modified, Timestamp changed) {
    return new Attributes(
        inode(),
        Attributes.Type.FILE,
        mode(),
        linked() ? 1 : 0,
        uid(),
        gid(),
        size,
        blocks,
        accessed,
        modified,
        changed,
        kind().use() != FdKind.Use.MEMORY || (!descriptor.shared() && (mode() & SET_IDS) == 0));
  }

  /** What an entry itself allows at most: the access mode of the descriptor that was put. */
  public Access access() {
    return descriptor.access();
  }
}
