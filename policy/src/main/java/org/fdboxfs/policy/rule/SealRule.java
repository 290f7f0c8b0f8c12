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
    if (box == null || !box.isSealed()) {
      return null;
    }
    if (request.operation() == Operation.UNSEAL || request.operation() == Operation.LIST) {
      return null;
    }
    Errno errno =
        switch (request.operation()) {
          case OPEN, TAKE, SEAL -> Errno.EBUSY;
          default -> Errno.EROFS;
        };
    return new Deny(id(), errno, "box '" + box.name() + "' is sealed");
  }
}
