package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.Power;
import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Mode bits, owners, the sticky bit, and the capabilities that override them. On a mount the kernel
 * applies them before it asks us ({@code default_permissions}); this is the same check for what the
 * kernel does not see: requests over the sockets, simulated ones, explaining a request, and telling
 * a caller only of what it could list.
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
    Caller caller = request.caller();
    return caller.has(Power.FOWNER) || caller.uid() == node.uid() || caller.uid() == holder.uid()
        ? null
        : new Deny(
            id(), Errno.EPERM, "the directory is sticky and neither it nor the node is owned");
  }

  private @Nullable Deny checkOwner(Node node, Caller caller) {
    return isOwner(node, caller) ? null : new Deny(id(), Errno.EPERM, "only the owner may do that");
  }

  /** Whether a caller may do with a node what only its owner may. */
  public static boolean isOwner(Node node, Caller caller) {
    return caller.has(Power.FOWNER) || caller.uid() == node.uid();
  }

  /** Whether a node may be read. */
  public static boolean mayRead(Node node, Caller caller) {
    return permits(node, caller, READ);
  }

  /** Whether a node may be written. */
  public static boolean mayWrite(Node node, Caller caller) {
    return permits(node, caller, WRITE);
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
    int bits = node.mode();
    if (caller.uid() == node.uid()) {
      bits >>= 6;
    } else if (caller.inGroup(node.gid())) {
      bits >>= 3;
    }
    return (bits & wanted) == wanted
        || caller.has(Power.DAC_OVERRIDE)
        || ((wanted & WRITE) == 0 && caller.has(Power.DAC_READ_SEARCH));
  }
}
