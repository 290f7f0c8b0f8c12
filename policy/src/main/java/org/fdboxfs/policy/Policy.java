package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.LimitRule;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.LinkRule;
import org.fdboxfs.policy.rule.OwnerRule;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.QuotaRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Rule;
import org.fdboxfs.policy.rule.SealRule;
import org.fdboxfs.policy.rule.SelfRule;
import org.fdboxfs.policy.rule.TypeRule;
import org.fdboxfs.policy.rule.VerdictRule;
import org.fdboxfs.policy.rule.VerdictRule.Verdict;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force, in the order they are asked: those of the file come before those built in, so
 * that they choose the errno, and the first refusal stands. Immutable; replaced as a whole.
 */
public final class Policy {
  private static final PosixRule POSIX = new PosixRule();
  private static final OwnerRule OWNER = new OwnerRule();

  private final PolicySettings settings;
  private final boolean modesEnforced;
  private final List<VerdictRule> verdicts;
  private final Groups groups;
  private final LimitRule limitRule;
  private final List<Rule> builtIn;

  /**
   * Builds the rules.
   *
   * @param limits what the daemon can hold
   */
  public Policy(PolicySettings settings, Limits limits) {
    this.settings = settings;
    this.modesEnforced = settings.modes() == PolicySettings.Modes.ENFORCED;
    this.verdicts =
        settings.rules().stream()
            .filter(rule -> rule.allow() || rule.deny() != null)
            .map(rule -> new VerdictRule(rule.id(), rule.match(), rule.when(), rule.deny()))
            .toList();
    this.groups =
        new Groups(
            settings.groups().stream()
                .map(group -> new Groups.Configured(group.match(), group.link()))
                .toList());
    this.limitRule = limits(settings.rules());
    PolicySettings.Quotas quotas = settings.quotas();
    this.builtIn =
        List.of(
            new SelfRule(),
            new TypeRule(settings.kinds()),
            new SealRule(),
            new LinkRule(groups),
            limitRule,
            new QuotaRule(
                quotas.entriesPerBox(),
                quotas.boxesPerUser(),
                quotas.entriesPerUser(),
                quotas.bytesPerUser(),
                limits));
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

  /** Whether mode bits count, so that whoever does not see the kernel compare them must do it. */
  public boolean modesEnforced() {
    return modesEnforced;
  }

  /** Whether modes and owners are for us to compare: where they count and the kernel did not. */
  boolean mustCheckModes(Caller caller) {
    return modesEnforced && !caller.modesChecked();
  }

  /**
   * The refusal that stands, or null: permitted. A rule that fails refuses with {@code EIO}. What
   * modes and owners refuse comes first, then the verdicts of the file, then what is built in.
   */
  public @Nullable Deny check(Request request) {
    Deny deny = checkModes(request);
    if (deny == null) {
      deny = checkVerdicts(request);
    }
    for (int i = 0; deny == null && i < builtIn.size(); i++) {
      deny = ask(builtIn.get(i), request);
    }
    return deny;
  }

  /**
   * What modes and owners refuse, where the kernel has not compared them before; where modes do not
   * count, what is left to owners.
   */
  @Nullable Deny checkModes(Request request) {
    if (!modesEnforced) {
      return ask(OWNER, request);
    }
    return request.caller().modesChecked() ? null : ask(POSIX, request);
  }

  private @Nullable Deny checkVerdicts(Request request) {
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict verdict = verdict(verdicts.get(i), request);
      if (verdict != null) {
        return verdict.deny();
      }
    }
    return null;
  }

  /** Asks every rule, and the check of mode bits that the kernel makes before us on a mount. */
  Decision explain(Request request) {
    List<Decision.Verdict> said = new ArrayList<>();
    Rule first = modesEnforced ? POSIX : OWNER;
    Deny refused = ask(first, request);
    said.add(new Decision.Verdict(first.id(), refused));
    if (refused != null) {
      // What the kernel refuses never reaches the rules, and may not be told of.
      return new Decision(refused, said);
    }
    for (VerdictRule rule : verdicts) {
      Verdict verdict = verdict(rule, request);
      Deny deny = verdict == null ? null : verdict.deny();
      boolean allows = verdict != null && deny == null;
      said.add(new Decision.Verdict(rule.id(), deny, allows));
      refused = refused == null ? deny : refused;
      if (allows) {
        break;
      }
    }
    for (Rule rule : builtIn) {
      Deny deny = ask(rule, request);
      said.add(new Decision.Verdict(rule.id(), deny));
      refused = refused == null ? deny : refused;
    }
    return new Decision(refused, said);
  }

  private static @Nullable Verdict verdict(VerdictRule rule, Request request) {
    try {
      return rule.verdict(request);
    } catch (RuntimeException e) {
      return new Verdict(bug(rule.id(), e));
    }
  }

  private static @Nullable Deny ask(Rule rule, Request request) {
    try {
      return rule.check(request);
    } catch (RuntimeException e) {
      return bug(rule.id(), e);
    }
  }

  private static Deny bug(String rule, RuntimeException e) {
    return new Deny(rule, Errno.EIO, "the rule failed: " + e);
  }
}
