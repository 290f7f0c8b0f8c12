package org.fdboxfs.policy.config;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import java.util.ArrayList;
import java.util.List;

/**
 * What an evaluation of an expression takes at most, in the steps of {@link Work}, apart from what
 * depends on the values of variables.
 *
 * @param steps one for each part, those of loops over lists of the file as often as they run
 * @param perElement what one pass through all of its loops takes: for each element of a list that a
 *     variable gives
 */
record CelCost(long steps, long perElement) {
  /** Elements that a plain look at a list takes in one step. */
  private static final int LOOKED_AT = 4;

  static CelCost of(CelAbstractSyntaxTree tree) {
    long perElement =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.COMPREHENSION)
            .mapToLong(node -> onePass(node.expr().comprehension()))
            .sum();
    return new CelCost(steps(tree.getExpr()), perElement);
  }

  /** What a list of so many elements costs wherever the expression uses it. */
  long ofList(int elements) {
    return elements * perElement + elements / LOOKED_AT;
  }

  private static long steps(CelExpr expression) {
    if (expression.getKind() == ExprKind.Kind.COMPREHENSION) {
      CelComprehension loop = expression.comprehension();
      // A list of the file has no more elements than the expression that makes it has parts.
      long range = steps(loop.iterRange());
      return 1 + range + steps(loop.accuInit()) + steps(loop.result()) + range * onePass(loop);
    }
    long sum = 1;
    for (CelExpr part : parts(expression)) {
      sum += steps(part);
    }
    return sum;
  }

  private static long onePass(CelComprehension loop) {
    return steps(loop.loopCondition()) + steps(loop.loopStep());
  }

  private static List<CelExpr> parts(CelExpr expression) {
    List<CelExpr> parts = new ArrayList<>();
    switch (expression.getKind()) {
      case CALL -> {
        expression.call().target().ifPresent(parts::add);
        parts.addAll(expression.call().args());
      }
      case SELECT -> parts.add(expression.select().operand());
      case LIST -> parts.addAll(expression.list().elements());
      default -> {
        // constants and names; maps and messages are refused before
      }
    }
    return parts;
  }
}
