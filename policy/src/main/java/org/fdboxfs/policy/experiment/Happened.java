package org.fdboxfs.policy.experiment;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One move, with what was so before and what is so after it.
 *
 * @param step null of a crash and of a RELEASE
 * @param grantsBefore how many opens had been let in
 * @param closingBefore {@link Simulation#closing} before
 * @param settledBefore the text of the state before, {@link Execution#settledText}
 * @param settledAfter the same of the state after; asking settles the simulation
 * @param simulation as it is after
 */
record Happened(
    @Nullable Step step,
    Outcome outcome,
    int grantsBefore,
    Set<Long> closingBefore,
    Sealed sealedBefore,
    Supplier<String> settledBefore,
    Supplier<String> settledAfter,
    Simulation simulation) {
  /** Verbs that let somebody have an entry. */
  private static final Set<Verb> OPENING = EnumSet.of(Verb.OPEN, Verb.OBTAIN, Verb.TAKE);

  /** Whether a step of the verb was done. */
  boolean did(Verb verb) {
    return step != null && outcome.verdict().isOk() && step.verb() == verb;
  }

  /** The opens that it let in. */
  List<Grant> granted() {
    List<Grant> all = simulation.grants();
    return OPENING.stream().anyMatch(this::did) ? all.subList(grantsBefore, all.size()) : List.of();
  }
}
