package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.experiment.Invariant;
import org.fdboxfs.policy.experiment.Stated;

/** Compiles the {@code invariants:} of a scenario. */
public final class InvariantCompiler {
  private InvariantCompiler() {}

  /**
   * Compiles all of them.
   *
   * @throws PolicyFormatException with everything that is wrong, when anything is
   */
  public static List<Stated> compile(List<Invariant> invariants) throws PolicyFormatException {
    List<Stated> stated = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (Invariant invariant : invariants) {
      try {
        stated.add(new Stated(invariant, CelInvariants.compile(invariant.always())));
      } catch (ExpressionException e) {
        for (Problem problem : e.problems()) {
          problems.add(new Problem(invariant.line(), "'always': " + problem.message()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new PolicyFormatException(problems);
    }
    return stated;
  }
}
