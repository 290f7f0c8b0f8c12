package org.fdboxfs.policy.rule;

import java.util.EnumMap;
import java.util.Map;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.jspecify.annotations.Nullable;

/** Kinds must be enabled one by one: {@code EOPNOTSUPP} for the others. */
public final class TypeRule implements Rule {
  private final Map<FdKind, Boolean> allowed = new EnumMap<>(FdKind.class);

  /**
   * Takes the defaults of each kind where the policy does not say.
   *
   * @param overrides what the policy says
   */
  public TypeRule(Map<FdKind, Boolean> overrides) {
    for (FdKind kind : FdKind.values()) {
      allowed.put(kind, overrides.getOrDefault(kind, kind.allowedByDefault()));
    }
  }

  @Override
  public String id() {
    return "type";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Request.Candidate candidate = request.candidate();
    if (request.operation() != Operation.PUT || candidate == null) {
      return null;
    }
    if (Boolean.TRUE.equals(allowed.get(candidate.kind()))) {
      return null;
    }
    return new Deny(
        id(), Errno.EOPNOTSUPP, "descriptors of kind " + candidate.kind() + " are not enabled");
  }
}
