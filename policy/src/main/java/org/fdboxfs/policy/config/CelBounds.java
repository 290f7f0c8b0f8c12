package org.fdboxfs.policy.config;

import static org.fdboxfs.policy.config.CelProblems.refused;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * What an expression may be made of, so that no evaluation makes values that grow, and no regular
 * expression is one that somebody else chose.
 */
final class CelBounds {
  /** Most states of a regular expression. */
  static final int MAX_PATTERN_PROGRAM = 1000;

  private static final int LONGEST_MESSAGE = 200;
  private static final int MAX_REPEATS = 10_000;

  /** The larger number of a counted repetition; one of more digits is refused by the library. */
  private static final java.util.regex.Pattern REPEAT =
      java.util.regex.Pattern.compile("([0-9]{1,4})\\}");

  private static final Set<CelKind> PLAIN =
      Set.of(
          CelKind.BOOL,
          CelKind.INT,
          CelKind.UINT,
          CelKind.DOUBLE,
          CelKind.STRING,
          CelKind.TIMESTAMP,
          CelKind.DURATION,
          CelKind.TYPE);

  private CelBounds() {}

  /**
   * Looks at a tree.
   *
   * @return its regular expressions, compiled, by their text
   * @throws ExpressionException with what it may not have
   */
  static Map<String, Pattern> check(CelAbstractSyntaxTree tree) throws ExpressionException {
    CelType type = tree.getResultType();
    if (type.kind() != CelKind.BOOL) {
      throw refused("is not a condition: it gives " + type.name() + ", not bool");
    }
    for (CelType each : tree.getTypeMap().values()) {
      requirePlain(each);
    }
    boolean joins =
        tree.getReferenceMap().values().stream()
            .anyMatch(reference -> reference.overloadIds().contains("add_string"));
    if (joins) {
      throw refused("joins texts with '+', which is not supported");
    }
    requirePlainNames(tree);
    return patterns(tree);
  }

  private static void requirePlain(CelType type) throws ExpressionException {
    boolean plain = PLAIN.contains(type.kind());
    if (type instanceof ListType list) {
      plain = list.hasElemType() && PLAIN.contains(list.elemType().kind());
    }
    if (!plain) {
      throw refused("has a value of type " + shown(type) + ", which is not supported");
    }
  }

  private static String shown(CelType type) {
    return type instanceof ListType list && list.hasElemType()
        ? "list(" + list.elemType().name() + ")"
        : type.name();
  }

  /** The parts of a kind, wherever they are. */
  static Stream<CelExpr> parts(CelAbstractSyntaxTree tree, ExprKind.Kind kind) {
    return CelNavigableAst.fromAst(tree)
        .getRoot()
        .allNodes()
        .filter(node -> node.getKind() == kind)
        .map(node -> node.expr());
  }

  /** The runtime does not find what the checker finds for a name with a dot before it. */
  private static void requirePlainNames(CelAbstractSyntaxTree tree) throws ExpressionException {
    if (parts(tree, ExprKind.Kind.IDENT).anyMatch(each -> each.ident().name().startsWith("."))) {
      throw refused("has a name that starts with '.', which is not supported");
    }
  }

  private static Map<String, Pattern> patterns(CelAbstractSyntaxTree tree)
      throws ExpressionException {
    List<CelExpr> arguments =
        parts(tree, ExprKind.Kind.CALL)
            .map(CelExpr::call)
            .filter(call -> call.function().equals("matches") && !call.args().isEmpty())
            .map(call -> call.args().get(call.args().size() - 1))
            .toList();
    Map<String, Pattern> patterns = new HashMap<>();
    for (CelExpr argument : arguments) {
      if (argument.getKind() != ExprKind.Kind.CONSTANT) {
        throw refused("'matches' takes an expression that stands in the file");
      }
      String text = argument.constant().stringValue();
      patterns.put(text, pattern(text));
    }
    return Map.copyOf(patterns);
  }

  private static Pattern pattern(String text) throws ExpressionException {
    requireFewRepeats(text);
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > MAX_PATTERN_PROGRAM) {
        throw refused("has an expression with more than " + MAX_PATTERN_PROGRAM + " states");
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw refused(Words.oneLine(String.valueOf(e.getMessage()), LONGEST_MESSAGE));
    }
  }

  /** A pattern is compiled before its size is known, and repeats within repeats multiply it. */
  private static void requireFewRepeats(String text) throws ExpressionException {
    long product = 1;
    Matcher repeats = REPEAT.matcher(text);
    while (repeats.find()) {
      product *= Math.max(1, Long.parseLong(repeats.group(1)));
      if (product > MAX_REPEATS) {
        throw refused("has an expression that repeats more than " + MAX_REPEATS + " times");
      }
    }
  }
}
