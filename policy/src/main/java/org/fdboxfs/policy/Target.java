package org.fdboxfs.policy;

import org.fdboxfs.registry.Directory;

/** What an operation is about: a node by its path, or the entry behind an open handle. */
public sealed interface Target
    permits Target.Path, Target.Inode, Target.In, Target.OpenDirectory, Lease {
  /**
   * A node by name.
   *
   * @param path from the root of the mount, starting with a slash
   */
  record Path(String path) implements Target {}

  /**
   * A node by its inode number, as long as a directory lists it.
   *
   * @param inode unique in the mount
   */
  record Inode(long inode) implements Target {}

  static Target inode(long inode) {
    return new Inode(inode);
  }

  /**
   * A name in a directory that is found by its inode number, whatever it is called by now.
   *
   * @param name as it is, of one component; it need not be there
   */
  record In(long directory, String name) implements Target {}

  static Target in(long directory, String name) {
    return new In(directory, name);
  }

  /** A directory that somebody has open, also after it was removed. */
  final class OpenDirectory implements Target {
    private final Directory directory;

    OpenDirectory(Directory directory) {
      this.directory = directory;
    }

    /** Under the guard's lock only. */
    Directory directory() {
      return directory;
    }
  }

  static Target at(String path) {
    return new Path(path);
  }
}
