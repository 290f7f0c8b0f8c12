package org.fdboxfs.policy.config;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.ast.CelReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Words that an expression compares with what has few values. A word that is none of them is never
 * equal, so that a rule with it would be silent, or speak always.
 */
final class CelWords {
  /**
   * What something can be.
   *
   * @param noun for messages
   */
  private record Vocabulary(String noun, List<String> words) {}

  private static final Vocabulary OPERATIONS =
      new Vocabulary("operation", Arrays.stream(Operation.values()).map(Operation::label).toList());
  private static final Vocabulary PURPOSES =
      new Vocabulary(
          "purpose", Stream.concat(OPERATIONS.words().stream(), Stream.of("move")).toList());
  private static final Vocabulary ACCESSES =
      new Vocabulary("access", Arrays.stream(Access.values()).map(Access::toString).toList());

  /** A directory has none. */
  private static final Vocabulary KINDS =
      new Vocabulary(
          "kind",
          Stream.concat(Arrays.stream(FdKind.values()).map(FdKind::label), Stream.of("")).toList());

  private static final Vocabulary CAPABILITIES =
      new Vocabulary("capability", List.copyOf(Capabilities.NAMES));

  private static final Map<String, Vocabulary> OF_NAMES =
      Map.of(
          "operation", OPERATIONS,
          "purpose", PURPOSES,
          "access", ACCESSES,
          "entry.kind", KINDS,
          "caller.capabilities", CAPABILITIES,
          "entry.putter.capabilities", CAPABILITIES,
          "box.putter.capabilities", CAPABILITIES);

  private static final Map<String, Vocabulary> OF_FUNCTIONS = Map.of("kind", KINDS);
  private static final Set<String> COMPARING = Set.of("_==_", "_!=_", "@in");

  private CelWords() {}

  /**
   * Looks at all comparisons of a tree.
   *
   * @throws ExpressionException with every word that is none
   */
  static void check(CelAbstractSyntaxTree tree) throws ExpressionException {
    Set<String> own = variables(tree);
    List<Problem> problems = new ArrayList<>();
    CelBounds.parts(tree, ExprKind.Kind.CALL)
        .filter(each -> COMPARING.contains(each.call().function()))
        .filter(each -> each.call().args().size() == 2)
        .forEach(
            each -> {
              CelExpr left = each.call().args().get(0);
              CelExpr right = each.call().args().get(1);
              compare(tree, left, right, own, problems);
              compare(tree, right, left, own, problems);
            });
    if (!problems.isEmpty()) {
      throw new ExpressionException(problems);
    }
  }

  /** What an expression itself calls so, for the elements of a list, is something else. */
  private static Set<String> variables(CelAbstractSyntaxTree tree) {
    return CelBounds.parts(tree, ExprKind.Kind.COMPREHENSION)
        .map(each -> each.comprehension().iterVar())
        .collect(Collectors.toSet());
  }

  private static void compare(
      CelAbstractSyntaxTree tree,
      CelExpr what,
      CelExpr with,
      Set<String> own,
      List<Problem> problems) {
    Vocabulary vocabulary = vocabulary(tree, what, own);
    if (vocabulary == null) {
      return;
    }
    List<CelExpr> words =
        with.getKind() == ExprKind.Kind.LIST ? with.list().elements() : List.of(with);
    for (CelExpr each : words) {
      boolean isText =
          each.getKind() == ExprKind.Kind.CONSTANT
              && each.constant().getKind() == CelConstant.Kind.STRING_VALUE;
      String word = isText ? each.constant().stringValue() : null;
      if (word != null && !vocabulary.words().contains(word)) {
        String message = Words.unknown(vocabulary.noun(), word, vocabulary.words());
        problems.add(new Problem(line(tree, each), message));
      }
    }
  }

  private static @Nullable Vocabulary vocabulary(
      CelAbstractSyntaxTree tree, CelExpr of, Set<String> own) {
    if (of.getKind() == ExprKind.Kind.CALL) {
      return OF_FUNCTIONS.get(of.call().function());
    }
    String name = tree.getReference(of.id()).map(CelReference::name).orElse("");
    return own.contains(name) ? null : OF_NAMES.get(name);
  }

  private static int line(CelAbstractSyntaxTree tree, CelExpr of) {
    Integer offset = tree.getSource().getPositionsMap().get(of.id());
    return offset == null
        ? 1
        : tree.getSource().getOffsetLocation(offset).map(CelSourceLocation::getLine).orElse(1);
  }
}
