package org.fdboxfs.policy.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.Glob;
import org.fdboxfs.policy.rule.Match;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code match:}, which says what a rule is about, and the kinds that it names. */
final class MatchReader {
  static final List<String> KINDS = Arrays.stream(FdKind.values()).map(FdKind::label).toList();

  private static final List<String> RULE_KEYS = List.of("box", "entry", "kind", "group");
  private static final List<String> GROUP_KEYS = List.of("box", "group");

  private final Problems problems;
  private final Values values;

  MatchReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  /** Reads the one of a rule; everything when there is none. */
  Match ofRule(@Nullable Node node) {
    return read(node, RULE_KEYS);
  }

  /** Reads the one of a group, which is about directories. */
  Match ofGroup(@Nullable Node node) {
    return read(node, GROUP_KEYS);
  }

  private Match read(@Nullable Node node, List<String> known) {
    if (node == null) {
      return Match.EVERYTHING;
    }
    // What stands empty is refused: with its lines commented out, it would match everything.
    Fields fields = Fields.of(node, "'match'", "key", known, problems);
    if (fields == null) {
      return Match.EVERYTHING;
    }
    Glob box = box(fields.get("box"));
    Glob entry = pattern(fields, "entry");
    return new Match(box, entry, kinds(fields.get("kind")), pattern(fields, "group"));
  }

  private Glob box(@Nullable Node node) {
    Glob pattern = node == null ? Glob.ANY : values.pattern(node, "'box'");
    if (node != null && pattern != null && pattern.toString().indexOf('/') >= 0) {
      problems.add(node, "'box' takes the name of a box, which has no slash");
    }
    return pattern == null ? Glob.ANY : pattern;
  }

  private @Nullable Glob pattern(Fields fields, String key) {
    Node node = fields.get(key);
    return node == null ? null : values.pattern(node, "'" + key + "'");
  }

  /** One kind or a list of kinds; an empty list would mean every kind and is refused. */
  private Set<FdKind> kinds(@Nullable Node node) {
    Set<FdKind> kinds = EnumSet.noneOf(FdKind.class);
    if (node != null && Values.isEmptyList(node)) {
      problems.add(node, "'kind' is an empty list");
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(each -> addKind(each, kinds));
    } else if (node != null) {
      addKind(node, kinds);
    }
    return Set.copyOf(kinds);
  }

  private void addKind(Node node, Set<FdKind> into) {
    FdKind kind = kind(node);
    if (kind != null) {
      into.add(kind);
    }
  }

  @Nullable FdKind kind(Node node) {
    return values.choice(node, "kind", FdKind::byLabel, KINDS);
  }
}
