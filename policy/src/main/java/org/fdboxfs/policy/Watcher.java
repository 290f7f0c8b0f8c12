package org.fdboxfs.policy;

/**
 * Whoever remembers what the guard said, such as the kernel for a mount, and has to hear of what
 * changes behind its back. Told outside the guard's lock, before the change is answered.
 */
public interface Watcher {
  /**
   * A name has left its directory.
   *
   * @param directory inode number
   */
  void nameGone(long directory, String name);

  /**
   * Attributes are others than before, or may be others at any time from now on.
   *
   * @param inode of the node
   */
  void attributesChanged(long inode);
}
