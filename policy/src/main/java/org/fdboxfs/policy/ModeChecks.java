package org.fdboxfs.policy;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.Power;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel checks of a system call on a mount before it asks us ({@code
 * default_permissions}): names, modes and owners, in its order (fs/namei.c, fs/attr.c, fs/xattr.c),
 * for the order decides which errno it is. Where modes do not count, names still do. For callers of
 * whom the kernel has checked it, nothing here does anything. Under the guard's lock.
 */
final class ModeChecks {
  private static final int SET_USER_ID = 04000;
  private static final int SET_GROUP_ID = 02000;
  private static final int STICKY = 01000;
  private static final int GROUP_EXECUTE = 010;
  private static final String ROOT = "/";

  private final Guard guard;

  ModeChecks(Guard guard) {
    this.guard = guard;
  }

  /** Refuses what the {@code posix} rule refuses. */
  void permit(Request request) throws FsException {
    boolean asked = guard.policy().mustCheckModes(request.caller());
    Deny deny = asked ? guard.policy().checkModes(request) : null;
    if (deny != null) {
      throw guard.deny(request, deny);
    }
  }

  /** A name that is there is said to be so before it is said that none may be made. */
  void requireFree(Directory parent, String name, Caller caller) throws FsException {
    if (caller.modesChecked()) {
      return;
    }
    if (parent.child(name) != null || (parent.isRoot() && name.equals(Names.CONTROL))) {
      throw new FsException(Errno.EEXIST, "the name is taken");
    }
    Names.check(name);
  }

  /** As open(2) of a directory and getxattr(2) need. */
  void requireReadable(Node node, Caller caller) throws FsException {
    if (guard.policy().mustCheckModes(caller) && !PosixRule.mayRead(node, caller)) {
      throw denied(Operation.OPEN, node, caller, Errno.EACCES, "it may not be read");
    }
  }

  /**
   * Before rename(2) looks at the names, it walks to both directories.
   *
   * @throws FsException what the ways there say; {@code EBUSY} one of them is the root
   */
  void walk(String from, String to, Caller caller) throws FsException {
    if (caller.modesChecked()) {
      return;
    }
    guard.paths().parentOf(from, caller);
    guard.paths().parentOf(to, caller);
    if (from.equals(ROOT) || to.equals(ROOT)) {
      throw new FsException(Errno.EBUSY, "the root of the mount");
    }
  }

  /**
   * rename(2).
   *
   * @param target what has the new name already
   */
  void permitRename(Node node, Directory into, String as, @Nullable Node target, Caller caller)
      throws FsException {
    if (caller.modesChecked()) {
      return;
    }
    if (contains(node, into)) {
      throw new FsException(Errno.EINVAL, "a directory cannot move into itself");
    }
    if (target != null && contains(target, node)) {
      throw new FsException(Errno.ENOTEMPTY, "the directory to replace is not empty");
    }
    permit(about(Operation.RENAME, node, caller));
    if (target == null) {
      Names.check(as);
      permit(Request.adding(guard.registry(), Operation.RENAME, caller, into, as, null));
    } else {
      permit(about(Operation.RENAME, target, caller));
      requireSameType(node, target);
    }
    boolean moves = node instanceof Directory && node.parent() != into;
    boolean compared = guard.policy().mustCheckModes(caller);
    if (moves && compared && !PosixRule.mayWrite(node, caller)) {
      String reason = "a directory that moves must be writable itself";
      throw denied(Operation.RENAME, node, caller, Errno.EACCES, reason);
    }
  }

  private static boolean contains(Node node, Node inner) {
    for (Node above = inner; above != null; above = above.parent()) {
      if (above == node) {
        return true;
      }
    }
    return false;
  }

  private static void requireSameType(Node node, Node target) throws FsException {
    if (node instanceof Directory && !(target instanceof Directory)) {
      throw new FsException(Errno.ENOTDIR, "the name is not a directory's");
    }
    if (target instanceof Directory && !(node instanceof Directory)) {
      throw new FsException(Errno.EISDIR, "a directory has that name");
    }
  }

  /** truncate(2); who has a handle was let in before. */
  void permitResize(Target target, Caller caller) throws FsException {
    if (!guard.policy().mustCheckModes(caller) || !(target instanceof Target.Path)) {
      return;
    }
    Node node = guard.paths().resolve(target, caller);
    if (node instanceof Directory) {
      throw new FsException(Errno.EISDIR, "is a directory");
    }
    if (!PosixRule.mayWrite(node, caller)) {
      throw denied(Operation.SETATTR, node, caller, Errno.EACCES, "it may not be written");
    }
  }

  /** setxattr(2) and removexattr(2) of a user attribute. */
  void permitAttribute(Node node, Caller caller) throws FsException {
    if (!guard.policy().mustCheckModes(caller)) {
      return;
    }
    boolean sticky = node instanceof Directory && (node.mode() & STICKY) != 0;
    if (sticky && !PosixRule.isOwner(node, caller)) {
      String reason = "attributes of a sticky directory are its owner's";
      throw denied(Operation.SETATTR, node, caller, Errno.EPERM, reason);
    }
    if (!PosixRule.mayWrite(node, caller)) {
      throw denied(Operation.SETATTR, node, caller, Errno.EACCES, "it may not be written");
    }
  }

  /**
   * chmod(2), chown(2) and utimensat(2).
   *
   * @return the change that it comes to: who may not give a set-id bit does not, and a new owner
   *     takes those away that are there
   */
  AttributeChange permitChange(Node node, AttributeChange change, Caller caller)
      throws FsException {
    if (!guard.policy().modesEnforced()) {
      requireOwned(node, change, caller);
    }
    if (!guard.policy().mustCheckModes(caller)) {
      return change;
    }
    if (!mayGive(node, change.uid(), change.gid(), caller)) {
      throw denied(Operation.SETATTR, node, caller, Errno.EPERM, "it may not be given away");
    }
    boolean owners =
        change.mode() != null || change.accessed() != null || change.modified() != null;
    if (owners && !PosixRule.isOwner(node, caller)) {
      throw denied(Operation.SETATTR, node, caller, Errno.EPERM, "only the owner may do that");
    }
    Integer mode = change.mode();
    if (mode != null) {
      Integer gid = change.gid();
      boolean member = isMember(gid == null ? node.gid() : gid, caller);
      return member ? change : withMode(change, mode & ~SET_GROUP_ID);
    }
    boolean given = change.uid() != null || change.gid() != null;
    return given && node instanceof Entry ? withMode(change, withoutSetIds(node, caller)) : change;
  }

  /** Where modes do not count the kernel has compared nothing; that owners change is for root. */
  private void requireOwned(Node node, AttributeChange change, Caller caller) throws FsException {
    if (!mayGive(node, change.uid(), change.gid(), caller)) {
      Deny deny = new Deny("owner", Errno.EPERM, "it may not be given away");
      throw guard.deny(about(Operation.SETATTR, node, caller), deny);
    }
  }

  /** An owner stays what it is, a group is one of the owner's, or CAP_CHOWN. */
  private static boolean mayGive(
      Node node, @Nullable Integer uid, @Nullable Integer gid, Caller caller) {
    if (caller.has(Power.CHOWN) || (uid == null && gid == null)) {
      return true;
    }
    return caller.uid() == node.uid()
        && (uid == null || uid == node.uid())
        && (gid == null || gid == node.gid() || caller.inGroup(gid));
  }

  private static boolean isMember(int gid, Caller caller) {
    return caller.has(Power.FSETID) || caller.inGroup(gid);
  }

  private static int withoutSetIds(Node node, Caller caller) {
    boolean groupToo = (node.mode() & GROUP_EXECUTE) != 0 || !isMember(node.gid(), caller);
    return node.mode() & ~SET_USER_ID & (groupToo ? ~SET_GROUP_ID : ~0);
  }

  private static AttributeChange withMode(AttributeChange change, int mode) {
    return new AttributeChange(
        mode, change.uid(), change.gid(), change.size(), change.accessed(), change.modified());
  }

  private FsException denied(
      Operation operation, Node node, Caller caller, Errno errno, String reason) {
    return guard.deny(about(operation, node, caller), new Deny("posix", errno, reason));
  }

  private Request about(Operation operation, Node node, Caller caller) {
    return Request.about(guard.registry(), operation, caller, node, Access.READ_WRITE);
  }
}
