package org.fdboxfs.registry;

import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.model.Credentials;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/** What directories and entries have in common: a name, an owner, a mode, times, attributes. */
public abstract sealed class Node permits Directory, Entry {
  /** Bytes of names and values of extended attributes that one node may carry. */
  static final int MAX_XATTR_BYTES = 64 * 1024;

  private final long inode;
  private String name;
  private @Nullable Directory parent;
  private int mode;
  private int uid;
  private int gid;
  private Timestamp changed;
  private final Timestamp made;
  private @Nullable Credentials putter;
  private @Nullable TreeMap<String, byte[]> xattrs;

  Node(long inode, String name, Ownership owner, Timestamp now) {
    this.inode = inode;
    this.name = name;
    this.uid = owner.uid();
    this.gid = owner.gid();
    this.mode = owner.mode();
    this.changed = now;
    this.made = now;
  }

  /** Unique in the mount, never used again. */
  public long inode() {
    return inode;
  }

  public String name() {
    return name;
  }

  /** The directory that lists the node; null for the root and for what was removed. */
  public @Nullable Directory parent() {
    return parent;
  }

  /** Whether a directory still lists the node (or it is the root). */
  public boolean linked() {
    return parent != null;
  }

  public int mode() {
    return mode;
  }

  public int uid() {
    return uid;
  }

  public int gid() {
    return gid;
  }

  /** When it was put or made. */
  public Timestamp made() {
    return made;
  }

  /** Who put or made it, as it was then; null of what nobody did. */
  public @Nullable Credentials putter() {
    return putter;
  }

  void setPutter(Credentials putter) {
    this.putter = putter;
  }

  public Timestamp changed() {
    return changed;
  }

  /** The path from the root of the mount; of a removed node, its last name. */
  public String path() {
    if (parent == null) {
      return name.isEmpty() ? "/" : name;
    }
    String above = parent.path();
    return above.equals("/") ? "/" + name : above + "/" + name;
  }

  /** The box that the node is in; a box is in itself. Null for the root and for removed nodes. */
  public @Nullable Box box() {
    return parent == null ? null : parent.box();
  }

  public void setMode(int mode, Timestamp now) {
    this.mode = mode & 07777;
    this.changed = now;
  }

  /** Changes the owner; -1 leaves an id as it is, as in chown(2). */
  public void setOwner(int uid, int gid, Timestamp now) {
    this.uid = uid == -1 ? this.uid : uid;
    this.gid = gid == -1 ? this.gid : gid;
    this.changed = now;
  }

  /** The extended attributes that users stored, by full name. */
  public Map<String, byte[]> xattrs() {
    return xattrs == null ? Map.of() : xattrs;
  }

  /** Bytes that the names and values of all extended attributes take. */
  int xattrBytes() {
    int total = 0;
    for (var each : xattrs().entrySet()) {
      total += each.getKey().length() + each.getValue().length;
    }
    return total;
  }

  /** By how many bytes {@link #xattrBytes} would grow. */
  int xattrGrowth(String key, byte[] value) {
    byte[] old = xattrs().get(key);
    return value.length + (old == null ? key.length() : -old.length);
  }

  /**
   * Stores an extended attribute.
   *
   * @throws FsException {@code ENOSPC} when all of them together pass the limit
   */
  void setXattr(String key, byte[] value, Timestamp now) throws FsException {
    if (xattrBytes() + xattrGrowth(key, value) > MAX_XATTR_BYTES) {
      throw new FsException(
          Errno.ENOSPC, "extended attributes of one node take at most " + MAX_XATTR_BYTES);
    }
    if (xattrs == null) {
      xattrs = new TreeMap<>();
    }
    xattrs.put(key, value);
    this.changed = now;
  }

  /**
   * Removes an extended attribute.
   *
   * @throws FsException {@code ENODATA} when it is not there
   */
  void removeXattr(String key, Timestamp now) throws FsException {
    if (xattrs == null || xattrs.remove(key) == null) {
      throw new FsException(Errno.ENODATA, "no such attribute");
    }
    this.changed = now;
  }

  void link(Directory into, String as) {
    this.parent = into;
    this.name = as;
  }

  void unlink() {
    this.parent = null;
  }

  void touchChanged(Timestamp now) {
    this.changed = now;
  }

  /** Sets the times of utimensat(2); null leaves one as it is. */
  public abstract void setTimes(
      @Nullable Timestamp accessed, @Nullable Timestamp modified, Timestamp now);
}
