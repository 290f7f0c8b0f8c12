package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings.GroupSetting;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Link.Holder;
import org.fdboxfs.policy.rule.Link.Open;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code groups:}. */
final class GroupReader {
  /** Most group rules in a file. */
  static final int MOST = 1024;

  private static final List<String> KEYS = List.of("match", "open", "holder", "order");
  private static final List<String> OPENS = Arrays.stream(Open.values()).map(Open::label).toList();
  private static final List<String> HOLDERS =
      Arrays.stream(Holder.values()).map(Holder::label).toList();

  private final Problems problems;
  private final Values values;
  private final MatchReader matches;

  GroupReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
    this.matches = new MatchReader(problems);
  }

  List<GroupSetting> read(Node node) {
    List<Node> nodes = values.list(node, "'groups'");
    if (nodes.size() > MOST) {
      problems.add(nodes.get(MOST), "more than " + MOST + " groups");
      return List.of();
    }
    List<GroupSetting> groups = new ArrayList<>();
    for (Node each : nodes) {
      Fields fields = Fields.of(each, "a group", "key", KEYS, problems);
      if (fields != null) {
        groups.add(group(fields));
      }
    }
    return groups;
  }

  private GroupSetting group(Fields fields) {
    if (fields.isEmpty()) {
      problems.add(fields.line(), "a group needs one of " + String.join(", ", KEYS));
    }
    Link link =
        new Link(
            "group-" + fields.line(), open(fields), holder(fields), order(fields.get("order")));
    return new GroupSetting(matches.ofGroup(fields.get("match")), link);
  }

  private Open open(Fields fields) {
    Node node = fields.get("open");
    Open open = node == null ? null : values.choice(node, "open mode", Open::byLabel, OPENS);
    return open == null ? Open.RESERVE : open;
  }

  private Holder holder(Fields fields) {
    Node node = fields.get("holder");
    Holder holder = node == null ? null : values.choice(node, "holder", Holder::byLabel, HOLDERS);
    return holder == null ? Holder.PROCESS : holder;
  }

  private List<FdKind> order(@Nullable Node node) {
    if (node == null) {
      return Link.DEFAULT_ORDER;
    }
    if (Values.isEmptyList(node)) {
      problems.add(node, "'order' is an empty list");
    }
    List<FdKind> order = new ArrayList<>();
    for (Node each : values.list(node, "'order'")) {
      FdKind kind = matches.kind(each);
      if (kind != null && order.contains(kind)) {
        problems.add(each, "'order' is a cycle: " + kind + " would come before itself");
      } else if (kind != null) {
        order.add(kind);
      }
    }
    return List.copyOf(order);
  }
}
