package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.PolicySettings.RuleSetting;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.rule.Condition;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads {@code rules:}. */
final class RuleReader {
  /** Most rules in a file: each is asked at each request. */
  static final int MOST = 1024;

  private static final int LONGEST_ID = 64;
  private static final List<String> KEYS =
      List.of("id", "match", "when", "allow", "deny", "opens", "writers");
  private static final List<String> OUTCOMES = List.of("allow", "deny", "opens", "writers");

  /** The names that a file may use, in the order of their numbers. */
  static final List<String> ERRNOS =
      IntStream.range(1, 134)
          .mapToObj(code -> new Errno(code).toString())
          .filter(name -> Errno.byName(name).isPresent())
          .toList();

  private final Problems problems;
  private final Values values;
  private final MatchReader matches;
  private final AccountNames names;
  private final Set<String> ids = new HashSet<>();

  RuleReader(Problems problems, AccountNames names) {
    this.names = names;
    this.problems = problems;
    this.values = new Values(problems);
    this.matches = new MatchReader(problems);
  }

  List<RuleSetting> read(Node node) {
    List<Fields> all = fields(values.list(node, "'rules'"));
    // Given ids come first, so that a made one never takes the place of one that somebody chose.
    List<@Nullable String> given = new ArrayList<>();
    all.forEach(fields -> given.add(givenId(fields)));
    List<RuleSetting> rules = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String id = given.get(i);
      rules.add(rule(all.get(i), id == null ? madeId(all.get(i)) : id));
    }
    return rules;
  }

  private List<Fields> fields(List<Node> nodes) {
    if (nodes.size() > MOST) {
      problems.add(nodes.get(MOST), "more than " + MOST + " rules");
      return List.of();
    }
    List<Fields> all = new ArrayList<>();
    for (Node node : nodes) {
      Fields fields = Fields.of(node, "a rule", "key", KEYS, problems);
      if (fields != null) {
        all.add(fields);
      }
    }
    return all;
  }

  private RuleSetting rule(Fields fields, String id) {
    if (OUTCOMES.stream().noneMatch(fields::has)) {
      problems.add(fields.line(), "a rule needs one of " + String.join(", ", OUTCOMES));
    }
    if (fields.has("allow") && fields.has("deny")) {
      problems.add(fields.line(), "a rule has 'allow' or 'deny', not both");
    }
    return new RuleSetting(
        id,
        matches.ofRule(fields.get("match")),
        condition(fields.get("when")),
        allow(fields.get("allow")),
        errno(fields.get("deny")),
        limit(fields, "opens"),
        limit(fields, "writers"));
  }

  private @Nullable String givenId(Fields fields) {
    Node node = fields.get("id");
    String id = node == null ? null : values.text(node, "'id'");
    if (node == null || id == null) {
      return null;
    }
    if (id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
      problems.add(node, "'id' takes one line of at most " + LONGEST_ID + " characters");
    } else if (!ids.add(id)) {
      problems.add(node, "duplicate rule id " + Words.quoted(id));
    }
    return id;
  }

  private String madeId(Fields fields) {
    String id = "rule-" + fields.line();
    for (int next = 2; !ids.add(id); next++) {
      id = "rule-" + fields.line() + "." + next;
    }
    return id;
  }

  /** What is not allowed is refused, with an errno: there is no false. */
  private boolean allow(@Nullable Node node) {
    Boolean allow = node == null ? null : values.bool(node, "'allow'");
    if (node != null && Boolean.FALSE.equals(allow)) {
      problems.add(node, "'allow' takes true; what refuses is 'deny' with an errno");
    }
    return Boolean.TRUE.equals(allow);
  }

  private @Nullable Errno errno(@Nullable Node node) {
    return node == null ? null : values.choice(node, "errno name", Errno::byName, ERRNOS);
  }

  private @Nullable Integer limit(Fields fields, String key) {
    Node node = fields.get(key);
    return node == null ? null : values.limit(node, "'" + key + "'");
  }

  private Condition condition(@Nullable Node node) {
    String text = node == null ? null : values.text(node, "'when'");
    if (node == null || text == null) {
      return Condition.ALWAYS;
    }
    try {
      return CelConditions.compile(text, names);
    } catch (ExpressionException e) {
      for (Problem problem : e.problems()) {
        problems.add(lineInFile(node, problem.line()), "'when': " + problem.message());
      }
      return Condition.ALWAYS;
    }
  }

  /** Only a literal block has the lines of the expression on lines of the file. */
  private static int lineInFile(Node node, int lineOfExpression) {
    boolean block =
        node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.LITERAL;
    return Problems.lineOf(node) + (block ? lineOfExpression : 0);
  }
}
