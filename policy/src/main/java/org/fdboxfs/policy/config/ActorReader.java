package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.policy.experiment.Actor;
import org.fdboxfs.policy.experiment.Capability;
import org.fdboxfs.policy.experiment.Scenario;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads {@code actors:}. */
final class ActorReader {
  private static final int MOST_GROUPS = 64;
  private static final int LONGEST_TEXT = 4096;
  private static final String ALL = "all";
  private static final List<String> KEYS =
      List.of("uid", "gid", "groups", "capabilities", "cgroup", "executable");
  private static final List<String> CAPABILITIES =
      Arrays.stream(Capability.values()).map(Capability::name).toList();

  private final Problems problems;
  private final Values values;
  private final ScenarioValues scenarioValues;

  ActorReader(Problems problems, Values values, ScenarioValues scenarioValues) {
    this.problems = problems;
    this.values = values;
    this.scenarioValues = scenarioValues;
  }

  /** Reads the mapping from names to actors; a name that is bad names nobody. */
  List<Actor> read(Node node) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(node, "'actors' takes a mapping, not " + Values.describe(node));
      return List.of();
    }
    if (mapping.getValue().size() > Scenario.MOST_ACTORS) {
      problems.add(node, "more than " + Scenario.MOST_ACTORS + " actors");
      return List.of();
    }
    Map<String, Actor> actors = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = scenarioValues.name(tuple.getKeyNode(), "the name of an actor");
      if (name != null && actors.containsKey(name)) {
        problems.add(tuple.getKeyNode(), "duplicate actor '" + name + "'");
      } else if (name != null) {
        actors.put(name, actor(name, Problems.lineOf(tuple.getKeyNode()), tuple.getValueNode()));
      }
    }
    if (mapping.getValue().isEmpty()) {
      problems.add(node, "'actors' has nobody");
    }
    return new ArrayList<>(actors.values());
  }

  private Actor actor(String name, int line, Node node) {
    Fields fields = Fields.of(node, "actor '" + name + "'", "key", KEYS, problems);
    if (fields == null) {
      return new Actor(line, name, -1, -1, Set.of(), Set.of(), "", "");
    }
    if (!fields.has("uid")) {
      problems.add(fields.line(), "actor '" + name + "' needs 'uid'");
    }
    Integer uid = uid(fields);
    Integer gid = gid(fields);
    int user = uid == null ? -1 : uid;
    return new Actor(
        line,
        name,
        user,
        gid == null ? user : gid,
        groups(fields.get("groups")),
        capabilities(fields.get("capabilities"), user),
        text(fields, "cgroup"),
        text(fields, "executable"));
  }

  private @Nullable Integer uid(Fields fields) {
    Node node = fields.get("uid");
    return node == null ? null : scenarioValues.uid(node, "'uid'");
  }

  private @Nullable Integer gid(Fields fields) {
    Node node = fields.get("gid");
    return node == null ? null : scenarioValues.gid(node, "'gid'");
  }

  private String text(Fields fields, String key) {
    Node node = fields.get(key);
    String text = node == null ? null : scenarioValues.line(node, "'" + key + "'", LONGEST_TEXT);
    return text == null ? "" : text;
  }

  private Set<Integer> groups(@Nullable Node node) {
    Set<Integer> groups = new LinkedHashSet<>();
    for (Node each : node == null ? List.<Node>of() : values.list(node, "'groups'")) {
      if (groups.size() == MOST_GROUPS) {
        problems.add(each, "more than " + MOST_GROUPS + " groups");
        break;
      }
      Integer gid = scenarioValues.gid(each, "'groups'");
      if (gid != null) {
        groups.add(gid);
      }
    }
    return groups;
  }

  /** Who is root has them all unless it is said otherwise, as after execve(2). */
  private Set<Capability> capabilities(@Nullable Node node, int uid) {
    if (node == null) {
      return uid == 0 ? EnumSet.allOf(Capability.class) : Set.of();
    }
    if (node instanceof ScalarNode scalar && scalar.getValue().equals(ALL)) {
      return EnumSet.allOf(Capability.class);
    }
    Set<Capability> chosen = EnumSet.noneOf(Capability.class);
    for (Node each : values.list(node, "'capabilities'")) {
      Capability capability = values.choice(each, "capability", Capability::byName, CAPABILITIES);
      if (capability != null) {
        chosen.add(capability);
      }
    }
    return chosen;
  }
}
