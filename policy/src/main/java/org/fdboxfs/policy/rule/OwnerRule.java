package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * What stays with owners, and with root, where mode bits do not count: {@code EPERM} for others who
 * change attributes, seal, or let a whole box go. A policy can refuse this to owners too; it cannot
 * give it to others.
 */
public final class OwnerRule implements Rule {
  @Override
  public String id() {
    return "owner";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Node node = request.node();
    boolean owners =
        switch (request.operation()) {
          case SETATTR -> !request.resizes();
          case SEAL, UNSEAL -> true;
          case RMDIR, RENAME -> node instanceof Box;
          case OPEN, PUT, REMOVE, MKDIR, TAKE, LIST -> false;
        };
    Caller caller = request.caller();
    return !owners || node == null || caller.isRoot() || caller.uid() == node.uid()
        ? null
        : new Deny(id(), Errno.EPERM, "only the owner may do that");
  }
}
