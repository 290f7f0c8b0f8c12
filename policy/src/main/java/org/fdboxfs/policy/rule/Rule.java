package org.fdboxfs.policy.rule;

import org.jspecify.annotations.Nullable;

/**
 * One reason to refuse. Rules are asked in the order of the policy and the first refusal stands. A
 * rule has no state and no side effect; it is called under the guard's lock and must be quick.
 */
public interface Rule {
  /** What the log, {@code denials} and {@code explain} call the rule. */
  String id();

  /** Null when the rule has nothing against the request. What it throws is a refusal too. */
  @Nullable Deny check(Request request);
}
