package org.fdboxfs.policy;

/** What an operation is about: a node by its path, or the entry behind an open handle. */
public sealed interface Target permits Target.Path, Lease {
  /**
   * A node by name.
   *
   * @param path from the root of the mount, starting with a slash
   */
  record Path(String path) implements Target {}

  static Target at(String path) {
    return new Path(path);
  }
}
