package org.fdboxfs.policy.config;

import java.util.List;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;

/** An expression that cannot be used; the lines of its problems count from its own first line. */
final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  ExpressionException(List<Problem> problems) {
    super(problems.toString(), null, false, false);
    this.problems = List.copyOf(problems);
  }

  List<Problem> problems() {
    return problems;
  }
}
