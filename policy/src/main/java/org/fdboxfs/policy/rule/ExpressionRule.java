package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what matches and fulfils a condition; a condition that fails refuses with {@code EIO}.
 */
public final class ExpressionRule implements Rule {
  private final String id;
  private final Match match;
  private final Condition when;
  private final Errno errno;

  public ExpressionRule(String id, Match match, Condition when, Errno errno) {
    this.id = id;
    this.match = match;
    this.when = when;
    this.errno = errno;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public @Nullable Deny check(Request request) {
    if (!match.matches(request)) {
      return null;
    }
    try {
      return when.holds(request)
          ? new Deny(id, errno, "refused by the policy for " + request.operation().label())
          : null;
    } catch (ConditionException e) {
      return failed(id, e);
    }
  }

  static Deny failed(String id, ConditionException e) {
    return new Deny(id, Errno.EIO, "the condition could not be evaluated: " + e.getMessage());
  }
}
