package org.fdboxfs.policy;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;

/** From paths to nodes, and who may walk there. Under the guard's lock. */
final class Paths {
  private final Guard guard;

  Paths(Guard guard) {
    this.guard = guard;
  }

  /** Where a path that may lead nowhere is. */
  Place placeOf(String path) {
    try {
      return new Place(path, parentOf(path).inode());
    } catch (FsException e) {
      return new Place(path, Place.NOWHERE);
    }
  }

  /** The node of a target; of a handle also when its entry was removed. */
  Node resolve(Target target) throws FsException {
    if (target instanceof Lease lease) {
      return lease.claim().entry();
    }
    if (target instanceof Target.OpenDirectory open) {
      return open.directory();
    }
    if (target instanceof Target.Inode byInode) {
      return listed(byInode.inode());
    }
    return resolve(pathOf(target));
  }

  /** The node that a directory lists under an inode number. */
  private Node listed(long inode) throws FsException {
    Node node = guard.registry().byInode(inode);
    if (node == null) {
      throw NO_SUCH_NODE;
    }
    return node;
  }

  /**
   * Where a target is at this moment, from the root of the mount.
   *
   * @throws FsException {@code ENOENT} what it is found by is gone
   */
  String pathOf(Target target) throws FsException {
    if (target instanceof Target.Path path) {
      return path.path();
    }
    if (target instanceof Target.In in) {
      Node directory = listed(in.directory());
      return (directory == guard.registry().root() ? "" : directory.path()) + "/" + in.name();
    }
    return resolve(target).path();
  }

  /**
   * The node at a path.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}, {@code ENAMETOOLONG}
   */
  Node resolve(String path) throws FsException {
    Node node = guard.registry().root();
    int at = 1;
    while (at < path.length()) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (!(node instanceof Directory directory)) {
        throw new FsException(Errno.ENOTDIR, "not a directory");
      }
      String name = path.substring(at, end);
      Node child = directory.child(name);
      if (child == null) {
        Names.check(name); // a name that nothing can have is an error of its own
        throw NO_SUCH_NODE;
      }
      node = child;
      at = end + 1;
    }
    return node;
  }

  /** Looking for what is not there is everyday: one exception, without a trace, serves all. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final FsException NO_SUCH_NODE =
      new FsException(Errno.ENOENT, "no such file or directory");

  /**
   * The node of a target, for somebody who has not got it open: whoever was not let into each
   * directory by the kernel must be by us.
   *
   * @throws FsException as {@link #resolve(String)}; {@code EACCES}
   */
  Node resolve(Target target, Caller caller) throws FsException {
    boolean open = target instanceof Lease || target instanceof Target.OpenDirectory;
    if (!open && guard.policy().mustCheckModes(caller)) {
      requireSearchable(pathOf(target), caller);
    }
    return resolve(target);
  }

  /**
   * Whether a name exists is told only to who may search its directory.
   *
   * @throws FsException {@code EACCES}
   */
  void requireSearchable(String path, Caller caller) throws FsException {
    Node node = guard.registry().root();
    for (String name : path.substring(1).split("/", -1)) {
      if (!(node instanceof Directory directory)) {
        return;
      }
      if (!PosixRule.maySearchIn(directory, caller)) {
        throw new FsException(Errno.EACCES, "a directory of the path may not be searched");
      }
      Node child = directory.child(name);
      if (child == null) {
        return;
      }
      node = child;
    }
  }

  /** The directory that a new node at a path goes to, for somebody. */
  Directory parentOf(String path, Caller caller) throws FsException {
    if (guard.policy().mustCheckModes(caller)) {
      requireSearchable(path, caller);
    }
    return parentOf(path);
  }

  /** The directory that a new node at a path goes to. */
  Directory parentOf(String path) throws FsException {
    int slash = path.lastIndexOf('/');
    Node parent = resolve(slash <= 0 ? "/" : path.substring(0, slash));
    if (parent instanceof Directory directory) {
      return directory;
    }
    throw new FsException(Errno.ENOTDIR, "not a directory");
  }

  static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
