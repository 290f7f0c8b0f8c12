package org.fdboxfs.fs.fuse;

import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.Pointer;
import org.fdboxfs.fs.ControlDirectory;

/**
 * Which of our nodes the kernel means by its node numbers, which libfuse gives out: learnt from its
 * replies. What is not known here is left to libfuse, so forgetting too much is harmless.
 */
final class Nodes {
  private static final long ROOT = 1;
  private static final long ROOT_INODE = 1;

  /** No inode number. */
  static final long UNKNOWN = 0;

  private final ConcurrentHashMap<Long, Long> inodes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Long> nodes = new ConcurrentHashMap<>();

  /** Inode numbers of what may lose its name at any moment, and how many may take it. */
  private final ConcurrentHashMap<Long, Integer> leaving = new ConcurrentHashMap<>();

  Nodes() {
    inodes.put(ROOT, ROOT_INODE);
    nodes.put(ROOT_INODE, ROOT);
  }

  /**
   * From the body of a reply that begins with a struct fuse_entry_out. A node stays what it is:
   * while a rename replaces a name, libfuse gives the node of the old one to who looks it up, with
   * the attributes of the new.
   *
   * @return false when the reply says something else of a node that is known
   */
  boolean learn(Pointer entry) {
    long node = entry.getLong(Protocol.ENTRY_NODE);
    long inode = entry.getLong(Protocol.ENTRY_ATTR);
    if (node == 0 || ControlDirectory.ownsInode(inode)) {
      return true;
    }
    Long known = inodes.putIfAbsent(node, inode);
    if (known == null) {
      nodes.put(inode, node);
    }
    return known == null || known == inode;
  }

  /** The inode number of a node, or {@link #UNKNOWN}. */
  long inodeOf(long node) {
    Long inode = inodes.get(node);
    return inode == null ? UNKNOWN : inode;
  }

  /** The kernel's number of a node, or {@link #UNKNOWN}: then it has nothing to forget. */
  long nodeOf(long inode) {
    Long node = nodes.get(inode);
    return node == null ? UNKNOWN : node;
  }

  /** Counts somebody who may take a name away. */
  void leaving(long inode) {
    leaving.merge(inode, 1, Integer::sum);
  }

  void leavingEnded(long inode) {
    leaving.computeIfPresent(inode, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Whether the name that a reply of a struct fuse_entry_out is about may be gone in a moment. */
  boolean isLeaving(Pointer entry) {
    return !leaving.isEmpty() && leaving.containsKey(entry.getLong(Protocol.ENTRY_ATTR));
  }

  /** The kernel lets nodes go: one FORGET, or many at once. */
  void forget(int opcode, Pointer request) {
    if (opcode == Protocol.FORGET) {
      forget(request.getLong(Protocol.IN_NODE));
      return;
    }
    int count = request.getInt(Protocol.IN_HEADER);
    for (int i = 0; i < count; i++) {
      forget(request.getLong(Protocol.FORGET_FIRST + (long) i * Protocol.FORGET_SIZE));
    }
  }

  private void forget(long node) {
    if (node != ROOT) {
      Long inode = inodes.remove(node);
      if (inode != null) {
        nodes.remove(inode, node);
      }
    }
  }
}
