package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the policy that allows or refuses what matches and fulfils a condition; a condition
 * that fails refuses with {@code EIO} in either case.
 *
 * @param errno to refuse with; null allows
 */
public record VerdictRule(String id, Match match, Condition when, @Nullable Errno errno) {
  /**
   * What it says.
   *
   * @param deny null allows: no later rule of the file is asked
   */
  public record Verdict(@Nullable Deny deny) {
    private static final Verdict ALLOW = new Verdict(null);
  }

  /** Null when the rule is not about the request. What it throws is a refusal too. */
  public @Nullable Verdict verdict(Request request) {
    try {
      if (!match.matches(request) || !when.holds(request)) {
        return null;
      }
    } catch (ConditionException e) {
      return new Verdict(failed(id, e));
    }
    return errno == null
        ? Verdict.ALLOW
        : new Verdict(
            new Deny(id, errno, "refused by the policy for " + request.operation().label()));
  }

  static Deny failed(String id, ConditionException e) {
    return new Deny(id, Errno.EIO, "the condition could not be evaluated: " + e.getMessage());
  }
}
