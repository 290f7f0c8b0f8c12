package org.fdboxfs.policy.rule;

import java.util.List;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * How many claims an entry may have at a time, and how many of them open for writing: {@code EBUSY}
 * for one more. The first limit of the policy that fits counts; kinds that are single-open by
 * nature come after those of the policy, so that a policy can say otherwise.
 */
public final class LimitRule implements Rule {
  /** No limit on the number of claims. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /**
   * One limit.
   *
   * @param claims at most so many at a time
   */
  public record Limit(String id, Match match, Condition when, int claims) {}

  private static final String SINGLE_OPEN = "single-open";

  private final List<Limit> opens;
  private final List<Limit> writers;

  /**
   * Takes the limits in the order of the policy.
   *
   * @param opens on all claims
   * @param writers on claims open for writing
   */
  public LimitRule(List<Limit> opens, List<Limit> writers) {
    this.opens = List.copyOf(opens);
    this.writers = List.copyOf(writers);
  }

  @Override
  public String id() {
    return "open-count";
  }

  @Override
  public @Nullable Deny check(Request request) {
    Entry entry = request.entry();
    if (request.operation() != Operation.OPEN || entry == null) {
      return null;
    }
    try {
      Deny deny = checkOpens(request, entry);
      return deny == null && request.access().writes() ? checkWriters(request, entry) : deny;
    } catch (LimitFailed failed) {
      return failed.deny;
    }
  }

  /** Whether the number of claims on an entry matters at all, to the request of an open. */
  public boolean bounds(Request request, Entry entry) {
    try {
      Limit limit = first(opens, request);
      boolean unlimited = limit == null && !entry.kind().singleOpen();
      return !unlimited || (request.access().writes() && first(writers, request) != null);
    } catch (LimitFailed failed) {
      return true;
    }
  }

  private @Nullable Deny checkOpens(Request request, Entry entry) throws LimitFailed {
    Limit limit = first(opens, request);
    int allowed = limit != null ? limit.claims() : entry.kind().singleOpen() ? 1 : UNLIMITED;
    if (entry.claims().size() < allowed) {
      return null;
    }
    return new Deny(
        limit == null ? SINGLE_OPEN : limit.id(),
        Errno.EBUSY,
        "open at most " + times(allowed) + ", held by " + holders(entry, false));
  }

  private @Nullable Deny checkWriters(Request request, Entry entry) throws LimitFailed {
    Limit limit = first(writers, request);
    if (limit == null || entry.writers() < limit.claims()) {
      return null;
    }
    return new Deny(
        limit.id(),
        Errno.EBUSY,
        "open for writing at most " + times(limit.claims()) + ", held by " + holders(entry, true));
  }

  private static @Nullable Limit first(List<Limit> limits, Request request) throws LimitFailed {
    for (Limit limit : limits) {
      if (limit.match().matches(request) && holds(limit, request)) {
        return limit;
      }
    }
    return null;
  }

  private static boolean holds(Limit limit, Request request) throws LimitFailed {
    try {
      return limit.when().holds(request);
    } catch (ConditionException e) {
      throw new LimitFailed(VerdictRule.failed(limit.id(), e));
    }
  }

  private static String times(int n) {
    return n == 1 ? "once at a time" : n + " times at a time";
  }

  private static String holders(Entry entry, boolean writersOnly) {
    StringBuilder text = new StringBuilder("pid");
    int named = 0;
    for (Claim claim : entry.claims()) {
      if (!writersOnly || claim.access().writes()) {
        if (named++ == 5) {
          return text.append(" and others").toString();
        }
        text.append(named == 1 ? " " : ", ").append(claim.process().pid());
      }
    }
    return text.toString();
  }

  private static final class LimitFailed extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Deny deny;

    LimitFailed(Deny deny) {
      super(deny.reason(), null, false, false);
      this.deny = deny;
    }
  }
}
