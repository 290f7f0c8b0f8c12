package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Mode bits, owners and the sticky bit. On a mount the kernel applies them before it asks us
 * ({@code default_permissions}); this is the same check for what the kernel does not see: requests
 * over the sockets, explaining a request, and telling a caller only of what it could list.
 */
public final class PosixRule implements Rule {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int SEARCH = 1;
  private static final int STICKY = 01000;

  @Override
  public String id() {
    return "posix";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Caller caller = request.caller();
    Node node = request.node();
    Directory holder = node == null ? request.directory() : node.parent();
    if (holder != null && !maySearch(holder, caller)) {
      return new Deny(id(), Errno.EACCES, "a directory of the path may not be searched");
    }
    return switch (request.operation()) {
      case OPEN -> node == null ? null : checkOpen(request, node);
      case TAKE -> null; // the claim was granted before
      case PUT, MKDIR -> checkWritable(request.directory(), caller);
      case REMOVE, RMDIR, RENAME -> checkRemoval(request, holder);
      case SETATTR, SEAL, UNSEAL -> node == null ? null : checkOwner(node, caller);
    };
  }

  private @Nullable Deny checkOpen(Request request, Node node) {
    int wanted = (request.access().reads() ? READ : 0) | (request.access().writes() ? WRITE : 0);
    return permits(node, request.caller(), wanted)
        ? null
        : new Deny(
            id(), Errno.EACCES, "mode and owner do not allow to open for " + request.access());
  }

  private @Nullable Deny checkWritable(@Nullable Directory directory, Caller caller) {
    return directory == null || permits(directory, caller, WRITE | SEARCH)
        ? null
        : new Deny(id(), Errno.EACCES, "the directory may not be changed");
  }

  private @Nullable Deny checkRemoval(Request request, @Nullable Directory holder) {
    Deny deny = checkWritable(holder, request.caller());
    Node node = request.node();
    if (deny != null || holder == null || node == null || (holder.mode() & STICKY) == 0) {
      return deny;
    }
    int uid = request.caller().uid();
    return request.caller().isRoot() || uid == node.uid() || uid == holder.uid()
        ? null
        : new Deny(
            id(), Errno.EPERM, "the directory is sticky and neither it nor the node is owned");
  }

  private @Nullable Deny checkOwner(Node node, Caller caller) {
    return caller.isRoot() || caller.uid() == node.uid()
        ? null
        : new Deny(id(), Errno.EPERM, "only the owner may do that");
  }

  /** Whether a name may be looked up in a directory that one is in. */
  public static boolean maySearchIn(Directory directory, Caller caller) {
    return permits(directory, caller, SEARCH);
  }

  /** Whether every directory from the root to this one may be searched. */
  public static boolean maySearch(Directory directory, Caller caller) {
    for (Directory each = directory; each != null; each = each.parent()) {
      if (!permits(each, caller, SEARCH)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a caller could list a directory and stat what is in it. */
  public static boolean mayList(Directory directory, Caller caller) {
    return maySearch(directory, caller) && permits(directory, caller, READ);
  }

  private static boolean permits(Node node, Caller caller, int wanted) {
    if (caller.isRoot()) {
      return true;
    }
    int bits = node.mode();
    if (caller.uid() == node.uid()) {
      bits >>= 6;
    } else if (caller.inGroup(node.gid())) {
      bits >>= 3;
    }
    return (bits & wanted) == wanted;
  }
}
