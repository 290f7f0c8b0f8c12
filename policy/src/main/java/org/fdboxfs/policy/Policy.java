package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.ExpressionRule;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.LimitRule;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.LinkRule;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.QuotaRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Rule;
import org.fdboxfs.policy.rule.SealRule;
import org.fdboxfs.policy.rule.SelfRule;
import org.fdboxfs.policy.rule.TypeRule;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force, in the order they are asked: refusals before counts, and the first refusal
 * stands. Immutable; replaced as a whole.
 */
public final class Policy {
  private final PolicySettings settings;
  private static final PosixRule POSIX = new PosixRule();

  private final Groups groups;
  private final LimitRule limitRule;
  private final List<Rule> rules;

  /**
   * Builds the rules.
   *
   * @param limits what the daemon can hold
   */
  public Policy(PolicySettings settings, Limits limits) {
    this.settings = settings;
    this.groups =
        new Groups(
            settings.groups().stream()
                .map(group -> new Groups.Configured(group.match(), group.link()))
                .toList());
    List<Rule> all = new ArrayList<>();
    all.add(new SelfRule());
    all.add(new TypeRule(settings.kinds()));
    all.add(new SealRule());
    for (PolicySettings.RuleSetting rule : settings.rules()) {
      if (rule.deny() != null) {
        all.add(new ExpressionRule(rule.id(), rule.match(), rule.when(), rule.deny()));
      }
    }
    all.add(new LinkRule(groups));
    limitRule = limits(settings.rules());
    all.add(limitRule);
    PolicySettings.Quotas quotas = settings.quotas();
    all.add(
        new QuotaRule(
            quotas.entriesPerBox(),
            quotas.boxesPerUser(),
            quotas.entriesPerUser(),
            quotas.bytesPerUser(),
            limits));
    this.rules = List.copyOf(all);
  }

  private static LimitRule limits(List<PolicySettings.RuleSetting> settings) {
    List<LimitRule.Limit> opens = new ArrayList<>();
    List<LimitRule.Limit> writers = new ArrayList<>();
    for (PolicySettings.RuleSetting rule : settings) {
      if (rule.opens() != null) {
        opens.add(new LimitRule.Limit(rule.id(), rule.match(), rule.when(), rule.opens()));
      }
      if (rule.writers() != null) {
        writers.add(new LimitRule.Limit(rule.id(), rule.match(), rule.when(), rule.writers()));
      }
    }
    return new LimitRule(opens, writers);
  }

  public PolicySettings settings() {
    return settings;
  }

  public Groups groups() {
    return groups;
  }

  /** Whether it matters how many claims an entry has, to the request of an open. */
  boolean bounds(Request request, Entry entry) {
    return groups.linkOf(request.directory()) != null || limitRule.bounds(request, entry);
  }

  /**
   * The refusal that stands, or null: permitted. A rule that fails refuses with {@code EIO}. Where
   * the kernel has not compared modes and owners before, that comes first.
   */
  public @Nullable Deny check(Request request) {
    Deny posix = checkModes(request);
    if (posix != null) {
      return posix;
    }
    for (int i = 0; i < rules.size(); i++) {
      Deny deny = ask(rules.get(i), request);
      if (deny != null) {
        return deny;
      }
    }
    return null;
  }

  /** What modes and owners refuse, where the kernel has not compared them before. */
  @Nullable Deny checkModes(Request request) {
    return request.caller().modesChecked() ? null : ask(POSIX, request);
  }

  /** Asks every rule, and the check of mode bits that the kernel makes before us on a mount. */
  Decision explain(Request request) {
    List<Decision.Verdict> verdicts = new ArrayList<>();
    Deny first = null;
    List<Rule> all = new ArrayList<>(rules);
    all.add(0, POSIX);
    for (Rule rule : all) {
      Deny deny = ask(rule, request);
      verdicts.add(new Decision.Verdict(rule.id(), deny));
      first = first == null ? deny : first;
      if (rule == POSIX && deny != null) {
        break; // what the kernel refuses never reaches the rules, and may not be told of
      }
    }
    return new Decision(first, verdicts);
  }

  private static @Nullable Deny ask(Rule rule, Request request) {
    try {
      return rule.check(request);
    } catch (RuntimeException e) {
      return new Deny(rule.id(), Errno.EIO, "the rule failed: " + e);
    }
  }
}
