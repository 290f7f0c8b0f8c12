package org.fdboxfs.policy.experiment;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One move, with what was so before and what is so after it.
 *
 * @param step null of a crash and of a RELEASE
 * @param grantsBefore how many opens had been let in
 * @param settledBefore the text of the state before, {@link Execution#settledText}
 * @param settledAfter the same of the state after; asking settles the simulation
 * @param simulation as it is after
 */
record Happened(
    @Nullable Step step,
    Outcome outcome,
    int grantsBefore,
    Sealed sealedBefore,
    Supplier<String> settledBefore,
    Supplier<String> settledAfter,
    Simulation simulation) {
  /** Whether a step of one of these verbs was done. */
  boolean did(Set<Verb> verbs) {
    return step != null && outcome.verdict().isOk() && verbs.contains(step.verb());
  }
}
