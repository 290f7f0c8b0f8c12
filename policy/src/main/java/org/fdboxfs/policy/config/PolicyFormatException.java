package org.fdboxfs.policy.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy file that cannot be used, with everything that is wrong with it: who repairs a file
 * wants to see all of it at once. The message has one line for each problem.
 */
public final class PolicyFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * One thing that is wrong.
   *
   * @param line of the file, from 1
   * @param message one line, lower case, without a full stop
   */
  public record Problem(int line, String message) {
    @Override
    public String toString() {
      return "line " + line + ": " + message;
    }
  }

  private final transient List<Problem> problems;

  /**
   * @param problems at least one, in any order
   */
  PolicyFormatException(List<Problem> problems) {
    super(describe(problems), null, false, false);
    this.problems = inOrder(problems);
  }

  /** What is wrong, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }

  private static String describe(List<Problem> problems) {
    return inOrder(problems).stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  private static List<Problem> inOrder(List<Problem> problems) {
    return problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }
}
