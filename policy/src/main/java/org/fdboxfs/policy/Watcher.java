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
   * A name may leave its directory at any moment, and whoever makes it leave may be told so before
   * {@link #nameGone}: what is looked up from now on must not be believed later.
   *
   * @param directory inode number
   * @param inode of what has the name
   */
  void leaving(long directory, String name, long inode);

  /** That is over, whether the name has left or not; once for each {@link #leaving}. */
  void leavingEnded(long inode);

  /**
   * Attributes are others than before, or may be others at any time from now on.
   *
   * @param inode of the node
   */
  void attributesChanged(long inode);
}
