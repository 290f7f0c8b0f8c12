package org.fdboxfs.registry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * The namespace of one mount and the accounts of its users. It knows what a directory is and
 * nothing of who may do what.
 *
 * <p>A descriptor that is passed in is owned by the registry from then on; one that leaves the
 * namespace is returned to the caller, who closes it.
 */
public final class Registry {
  /** How deep directories may nest inside a box. */
  public static final int MAX_DEPTH = 16;

  /** Bytes of extended attributes that one user may own: they live in the daemon's memory. */
  static final long MAX_ATTRIBUTE_BYTES_PER_USER = 4L << 20;

  private static final int ROOT_MODE = 01777;
  private static final long ROOT_INODE = 1;

  private final InstantSource clock;
  private final Directory root;
  private final Accounts accounts = new Accounts();
  private final Putters putters = new Putters();
  private final Map<Long, Node> byInode = new HashMap<>();
  private long nextInode = ROOT_INODE + 1;
  private long nextClaim = 1;
  private int entries;
  private int claims;

  /**
   * @param uid owner of the root directory
   * @param gid its group
   */
  public Registry(InstantSource clock, int uid, int gid) {
    this.clock = clock;
    this.root = new Directory(ROOT_INODE, "", new Ownership(uid, gid, ROOT_MODE), now());
    byInode.put(ROOT_INODE, root);
  }

  /** The node that is listed under that inode number, or null. */
  public @Nullable Node byInode(long inode) {
    return byInode.get(inode);
  }

  public Directory root() {
    return root;
  }

  public Timestamp now() {
    return Timestamp.of(clock.instant());
  }

  /** Entries in the namespace. */
  public int entries() {
    return entries;
  }

  /** Claims that were granted and not given back, those on removed entries too. */
  public int claims() {
    return claims;
  }

  /** What a user holds; never null. */
  public Account account(int uid) {
    return accounts.of(uid);
  }

  /**
   * Makes a directory; at the root, a box.
   *
   * @throws FsException {@code EEXIST}; {@code ENOENT} the parent was removed; {@code ENAMETOOLONG}
   *     deeper than {@value #MAX_DEPTH} below the box; and those of {@link Names#check}
   */
  public Directory mkdir(Directory parent, String name, Ownership owner) throws FsException {
    requireFree(parent, name);
    requireDepth(parent.depth() + 1);
    Directory made;
    if (parent.isRoot()) {
      made = new Box(nextInode++, name, owner, now());
    } else {
      made = new Directory(nextInode++, name, owner, now());
    }
    parent.add(made, name, now());
    entered(made);
    return made;
  }

  /**
   * Adds an entry.
   *
   * @param descriptor owned by the entry when this returns; by the caller when it throws
   * @param stat of the descriptor, null for kinds without bytes
   * @throws FsException {@code EEXIST}, {@code ENOENT}, {@code EPERM} at the root, and those of
   *     {@link Names#check}
   */
  public Entry put(
      Directory parent,
      String name,
      Ownership owner,
      Descriptor descriptor,
      Descriptor.@Nullable Stat stat)
      throws FsException {
    requireFree(parent, name);
    requireBox(parent);
    Entry entry = new Entry(nextInode++, name, owner, descriptor, stat, now());
    parent.add(entry, name, now());
    entered(entry);
    return entry;
  }

  /**
   * Notes who put or made what has just been added.
   *
   * @param putter whose credentials are looked up already: here is no time for it
   */
  public void madeBy(Node node, Caller putter) {
    node.setPutter(putters.keep(putter.credentials()));
    if (node instanceof Box box) {
      box.setMaker(putter.processKey());
    }
  }

  /**
   * Takes an entry or an empty directory out.
   *
   * @return the entry's descriptor for the caller to close; null for a directory
   * @throws FsException {@code ENOTEMPTY}, {@code ENOENT}
   */
  public @Nullable Descriptor remove(Node node) throws FsException {
    Directory parent = node.parent();
    if (parent == null) {
      throw new FsException(Errno.ENOENT, "already removed");
    }
    if (node instanceof Directory directory && !directory.children().isEmpty()) {
      throw new FsException(Errno.ENOTEMPTY, "directory is not empty");
    }
    left(node);
    parent.remove(node, now());
    node.touchChanged(now());
    return node instanceof Entry entry ? entry.descriptor() : null;
  }

  /**
   * Renames as rename(2), replacing the target in one step.
   *
   * @return the descriptor of a replaced entry for the caller to close, or null
   * @throws FsException {@code EISDIR}, {@code ENOTDIR}, {@code ENOTEMPTY}, {@code EINVAL} a
   *     directory into itself, {@code EPERM} between the root and the inside of a box, {@code
   *     ENAMETOOLONG} too deep
   */
  public @Nullable Descriptor rename(Node node, Directory into, String as) throws FsException {
    Names.check(as);
    requireUnreserved(into, as);
    Node target = into.child(as);
    if (target == node) {
      return null;
    }
    requireMovable(node, into);
    requireReplaceable(node, target);
    Descriptor replaced = target == null ? null : remove(target);
    Box from = node.box();
    Directory parent = node.parent();
    if (parent == null) {
      throw new FsException(Errno.ENOENT, "already removed");
    }
    parent.remove(node, now());
    into.add(node, as, now());
    node.touchChanged(now());
    moveCounts(node, from, node.box());
    return replaced;
  }

  private static void moveCounts(Node node, @Nullable Box from, @Nullable Box to) {
    if (from != to && from != null && to != null) {
      from.count(node, -1);
      to.count(node, 1);
      if (node instanceof Directory directory) {
        directory.children().forEach(child -> moveCounts(child, from, to));
      }
    }
  }

  /**
   * Grants a claim; the guard has decided. The claim owns a new reference on the descriptor.
   *
   * @param asHolder whether a rule will compare holders, so that it is worth looking up what tells
   *     a process apart from a later one, and its control group
   * @throws FsException {@code ENFILE} too many descriptors are in use at once
   */
  public Claim claim(Entry entry, Access access, Caller caller, boolean asHolder)
      throws FsException {
    Claim claim =
        new Claim(
            nextClaim++,
            entry,
            access,
            caller.uid(),
            asHolder ? caller.processKey() : new ProcessKey(caller.process(), 0),
            asHolder ? caller.cgroup() : "",
            now(),
            entry.descriptor().pin());
    entry.addClaim(claim);
    claims++;
    accounts.change(claim.uid(), account -> account.addClaims(1));
    return claim;
  }

  /** Ends a claim; the caller closes its descriptor. */
  public void release(Claim claim) {
    claim.entry().removeClaim(claim);
    claims--;
    accounts.change(claim.uid(), account -> account.addClaims(-1));
  }

  /** Tells the accounts the size that was just seen. */
  public void seenSize(Entry entry, long bytes) {
    if (entry.linked() && bytes != entry.accountedBytes()) {
      long grown = bytes - entry.accountedBytes();
      entry.accountBytes(bytes);
      accounts.change(entry.uid(), account -> account.addBytes(grown));
    }
  }

  /** Changes the owner and moves what counts from one account to the other. */
  public void chown(Node node, int uid, int gid) {
    if (uid != -1 && uid != node.uid() && node.linked()) {
      accounts.change(node.uid(), account -> account.addNode(node, -1));
      accounts.change(uid, account -> account.addNode(node, 1));
    }
    node.setOwner(uid, gid, now());
  }

  /**
   * Stores an extended attribute.
   *
   * @throws FsException {@code ENOSPC} more than a node carries; {@code EDQUOT} more than a user
   *     owns
   */
  public void setXattr(Node node, String key, byte[] value) throws FsException {
    int before = node.xattrBytes();
    int after = before + node.xattrGrowth(key, value);
    if (after > before
        && account(node.uid()).attributeBytes() + after - before > MAX_ATTRIBUTE_BYTES_PER_USER) {
      throw new FsException(
          Errno.EDQUOT,
          "extended attributes of one user take at most " + MAX_ATTRIBUTE_BYTES_PER_USER);
    }
    node.setXattr(key, value, now());
    accounts.change(node.uid(), account -> account.addAttributeBytes(after - before));
  }

  /**
   * Removes an extended attribute.
   *
   * @throws FsException {@code ENODATA} when it is not there
   */
  public void removeXattr(Node node, String key) throws FsException {
    int before = node.xattrBytes();
    node.removeXattr(key, now());
    accounts.change(node.uid(), account -> account.addAttributeBytes(node.xattrBytes() - before));
  }

  /** Every entry below a directory, in no order. */
  public static List<Entry> entriesBelow(Directory directory) {
    List<Entry> found = new ArrayList<>();
    for (Node child : directory.children()) {
      if (child instanceof Entry entry) {
        found.add(entry);
      } else if (child instanceof Directory below) {
        found.addAll(entriesBelow(below));
      }
    }
    return found;
  }

  private void entered(Node node) {
    byInode.put(node.inode(), node);
    entries += node instanceof Entry ? 1 : 0;
    accounts.change(node.uid(), account -> account.addNode(node, 1));
    Box box = node.box();
    if (box != null) {
      box.count(node, 1);
    }
  }

  private void left(Node node) {
    putters.drop(node.putter());
    byInode.remove(node.inode());
    entries -= node instanceof Entry ? 1 : 0;
    accounts.change(node.uid(), account -> account.addNode(node, -1));
    Box box = node.box();
    if (box != null) {
      box.count(node, -1);
    }
  }

  /** Directories and entries, the root among them. */
  public int nodes() {
    return byInode.size();
  }

  private static void requireFree(Directory parent, String name) throws FsException {
    Names.check(name);
    if (!parent.linked()) {
      throw new FsException(Errno.ENOENT, "the directory was removed");
    }
    requireUnreserved(parent, name);
    if (parent.child(name) != null) {
      throw new FsException(Errno.EEXIST, "the name is taken");
    }
  }

  private static void requireUnreserved(Directory parent, String name) throws FsException {
    if (parent.isRoot() && name.equals(Names.CONTROL)) {
      throw new FsException(Errno.EPERM, "the name is reserved");
    }
  }

  private static void requireBox(Directory directory) throws FsException {
    if (directory.isRoot()) {
      throw new FsException(Errno.EPERM, "entries live in boxes, not at the root");
    }
  }

  private static void requireMovable(Node node, Directory into) throws FsException {
    Directory parent = node.parent();
    if (parent == null || !into.linked()) {
      throw new FsException(Errno.ENOENT, "already removed");
    }
    if (parent.isRoot() != into.isRoot()) {
      throw new FsException(Errno.EPERM, "a box stays a box, and nothing else becomes one");
    }
    for (Directory above = into; above != null; above = above.parent()) {
      if (above == node) {
        throw new FsException(Errno.EINVAL, "a directory cannot move into itself");
      }
    }
    if (node instanceof Directory directory) {
      requireDepth(into.depth() + 1 + directory.height());
    }
  }

  /** A box has depth 1, what nests in it at most {@link #MAX_DEPTH} more. */
  private static void requireDepth(int depth) throws FsException {
    if (depth > 1 + MAX_DEPTH) {
      throw new FsException(
          Errno.ENAMETOOLONG, "directories nest at most " + MAX_DEPTH + " deep inside a box");
    }
  }

  private static void requireReplaceable(Node node, @Nullable Node target) throws FsException {
    if (target instanceof Directory directory) {
      if (!(node instanceof Directory)) {
        throw new FsException(Errno.EISDIR, "a directory has that name");
      }
      if (!directory.children().isEmpty()) {
        throw new FsException(Errno.ENOTEMPTY, "the directory to replace is not empty");
      }
    } else if (target != null && node instanceof Directory) {
      throw new FsException(Errno.ENOTDIR, "the name is not a directory's");
    }
  }
}
