package org.fdboxfs.registry;

import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/** A directory at the top of the mount: what is owned, sealed and preserved as a whole. */
public final class Box extends Directory {
  private boolean sealed;
  private @Nullable ProcessKey maker;
  private int entries;
  private int directories;

  Box(long inode, String name, Ownership owner, Timestamp now) {
    super(inode, name, owner, now);
  }

  @Override
  public Box box() {
    return this;
  }

  /** The process that made it; null of what nobody did. */
  public @Nullable ProcessKey maker() {
    return maker;
  }

  void setMaker(ProcessKey maker) {
    this.maker = maker;
  }

  /** Frozen: nothing goes in or out, nothing new is opened. */
  public boolean isSealed() {
    return sealed;
  }

  public void setSealed(boolean sealed, Timestamp now) {
    this.sealed = sealed;
    touchChanged(now);
  }

  /** How many entries are in the box, at any depth. */
  public int entries() {
    return entries;
  }

  /** How many directories are in the box, at any depth. */
  public int directories() {
    return directories;
  }

  /** Counts a node below the box in, or out. */
  void count(Node node, int by) {
    if (node instanceof Entry) {
      entries += by;
    } else if (node != this) {
      directories += by;
    }
  }
}
