package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Errno;
import org.jspecify.annotations.Nullable;

/** A handle of an fdboxfs mount does not go into a box, it would pin itself: {@code ELOOP}. */
public final class SelfRule implements Rule {
  @Override
  public String id() {
    return "self";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Request.Candidate candidate = request.candidate();
    return request.operation() == Operation.PUT && candidate != null && candidate.self()
        ? new Deny(
            id(),
            Errno.ELOOP,
            "the descriptor is a handle of an fdboxfs mount, or one of its sockets")
        : null;
  }
}
