package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.PolicySettings.GroupSetting;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Match;
import org.fdboxfs.report.Printable;

/** How a policy was understood, in a few lines. */
final class Summary {
  private Summary() {}

  /**
   * Says it.
   *
   * @param name what the user called it
   */
  static List<String> of(String name, PolicySettings settings) {
    List<String> lines = new ArrayList<>();
    lines.add(Printable.of(name) + ": valid");
    if (settings.modes() == PolicySettings.Modes.IGNORED) {
      lines.add("  modes   ignored: the rules alone decide");
    }
    lines.add("  kinds   " + kinds(settings));
    if (settings.rules().isEmpty()) {
      lines.add("  rules   none");
    }
    settings.rules().forEach(rule -> lines.add("  rule    " + rule(rule)));
    settings.groups().forEach(group -> lines.add("  group   " + group(group)));
    lines.add("  quotas  " + quotas(settings.quotas()));
    return lines;
  }

  private static String kinds(PolicySettings settings) {
    List<String> allowed = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (FdKind kind : FdKind.values()) {
      boolean allow = settings.kinds().getOrDefault(kind, kind.allowedByDefault());
      if (allow) {
        allowed.add(kind.label());
      }
      if (allow != kind.allowedByDefault()) {
        changed.add(kind.label() + (allow ? " on" : " off"));
      }
    }
    String against = changed.isEmpty() ? "" : "; unlike the default: " + String.join(", ", changed);
    return allowed.size() + " of " + FdKind.values().length + " may be put" + against;
  }

  private static String rule(RuleSetting rule) {
    List<String> does = new ArrayList<>();
    if (rule.allow()) {
      does.add("allows");
    }
    if (rule.deny() != null) {
      does.add("refuses with " + rule.deny());
    }
    if (rule.opens() != null) {
      does.add(limit(rule.opens(), "opens"));
    }
    if (rule.writers() != null) {
      does.add(limit(rule.writers(), "writers"));
    }
    String condition = rule.when() == Condition.ALWAYS ? "" : ", on a condition";
    return rule.id() + ": " + String.join(", ", does) + about(rule.match()) + condition;
  }

  private static String limit(int number, String what) {
    return number == PolicySettings.UNLIMITED
        ? "any number of " + what
        : "at most " + number + " " + what;
  }

  private static String about(Match match) {
    List<String> parts = new ArrayList<>();
    if (!match.box().toString().equals("*")) {
      parts.add("box " + match.box());
    }
    if (match.group() != null) {
      parts.add("group " + match.group());
    }
    if (match.entry() != null) {
      parts.add("entry " + match.entry());
    }
    if (!match.kinds().isEmpty()) {
      parts.add(
          "kind "
              + match.kinds().stream()
                  .map(FdKind::label)
                  .sorted()
                  .collect(Collectors.joining(" or ")));
    }
    return parts.isEmpty() ? ", everywhere" : ", for " + String.join(", ", parts);
  }

  private static String group(GroupSetting group) {
    String order =
        group.link().order().stream().map(FdKind::label).collect(Collectors.joining(", "));
    return group.link().open().label()
        + " by "
        + group.link().holder().label()
        + about(group.match())
        + (order.isEmpty() ? "" : ", order " + order);
  }

  private static String quotas(Quotas quotas) {
    return quotas.equals(Quotas.DEFAULT)
        ? "the default ones"
        : List.of(
                quotas.entriesPerBox() + " entries a box",
                quotas.boxesPerUser() + " boxes",
                quotas.entriesPerUser() + " entries",
                quotas.bytesPerUser() + " bytes a user")
            .stream()
            .collect(Collectors.joining(", "));
  }
}
