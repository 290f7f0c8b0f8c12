package org.fdboxfs.policy.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.experiment.Arguments;
import org.fdboxfs.policy.rule.Link;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what a step says besides who does what. */
final class ArgumentsReader {
  /** Of a text that is written. */
  private static final int LONGEST_TEXT = 4096;

  private static final List<String> ACCESSES =
      Arrays.stream(Access.values()).map(Access::toString).toList();
  private static final List<String> LINKS =
      Arrays.stream(Link.Open.values()).map(Link.Open::label).toList();

  private final Values values;
  private final ScenarioValues scenarioValues;

  ArgumentsReader(Values values, ScenarioValues scenarioValues) {
    this.values = values;
    this.scenarioValues = scenarioValues;
  }

  Arguments read(Fields fields) {
    return new Arguments(
        path(fields, "path"),
        path(fields, "to"),
        name(fields, fields.has("fd") ? "fd" : "handle"),
        name(fields, "as"),
        kind(fields.get("kind")),
        access(fields.get("access")),
        link(fields.get("link")),
        mode(fields.get("mode")),
        size(fields.get("size")),
        text(fields.get("text")),
        uid(fields),
        gid(fields));
  }

  private @Nullable String path(Fields fields, String key) {
    Node node = fields.get(key);
    return node == null ? null : scenarioValues.path(node, "'" + key + "'");
  }

  private @Nullable String name(Fields fields, String key) {
    Node node = fields.get(key);
    return node == null ? null : scenarioValues.name(node, "'" + key + "'");
  }

  private @Nullable FdKind kind(@Nullable Node node) {
    return node == null ? null : values.choice(node, "kind", FdKind::byLabel, MatchReader.KINDS);
  }

  private @Nullable Access access(@Nullable Node node) {
    return node == null
        ? null
        : values.choice(node, "access", ArgumentsReader::accessByLabel, ACCESSES);
  }

  private static Optional<Access> accessByLabel(String label) {
    return Arrays.stream(Access.values()).filter(each -> each.toString().equals(label)).findFirst();
  }

  private Link.@Nullable Open link(@Nullable Node node) {
    return node == null ? null : values.choice(node, "link", Link.Open::byLabel, LINKS);
  }

  private @Nullable Integer mode(@Nullable Node node) {
    return node == null ? null : scenarioValues.mode(node, "'mode'");
  }

  private @Nullable Long size(@Nullable Node node) {
    return node == null ? null : values.size(node, "'size'");
  }

  private @Nullable String text(@Nullable Node node) {
    return node == null ? null : scenarioValues.text(node, "'text'", LONGEST_TEXT);
  }

  private @Nullable Integer uid(Fields fields) {
    Node node = fields.get("uid");
    return node == null ? null : scenarioValues.uid(node, "'uid'");
  }

  private @Nullable Integer gid(Fields fields) {
    Node node = fields.get("gid");
    return node == null ? null : scenarioValues.gid(node, "'gid'");
  }
}
