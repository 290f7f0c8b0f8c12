package org.fdboxfs.policy;

import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;

/**
 * Where something happens, so that it can be told later to who could list that very directory: a
 * path alone may lead to another one by then.
 *
 * @param path from the root of the mount; of a removed node, its last name
 * @param directory inode number of the directory that lists the path, {@link #NOWHERE} when none
 *     does
 */
record Place(String path, long directory) {
  /** No directory has this inode number. */
  static final long NOWHERE = 0;

  static Place of(Node node) {
    Directory parent = node.parent();
    return new Place(node.path(), parent == null ? NOWHERE : parent.inode());
  }

  /** Of a node that may not be there. */
  static Place in(Directory parent, String name) {
    String above = parent.path();
    return new Place(above.equals("/") ? "/" + name : above + "/" + name, parent.inode());
  }
}
