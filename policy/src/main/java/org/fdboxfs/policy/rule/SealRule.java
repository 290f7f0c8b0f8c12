package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Errno;
import org.fdboxfs.registry.Box;
import org.jspecify.annotations.Nullable;

/** A sealed box: {@code EBUSY} for open, {@code EROFS} for everything that would change it. */
public final class SealRule implements Rule {
  @Override
  public String id() {
    return "seal";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Box box = request.box();
    if (box == null || !box.isSealed() || request.operation() == Operation.UNSEAL) {
      return null;
    }
    boolean open = request.operation() == Operation.OPEN || request.operation() == Operation.SEAL;
    return new Deny(id(), open ? Errno.EBUSY : Errno.EROFS, "box '" + box.name() + "' is sealed");
  }
}
