package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.experiment.Exploration.Broken;
import org.fdboxfs.policy.experiment.Exploration.Traced;

/** Explores what tests write, in words that every class loader knows. */
public final class Walk {
  private static final int MOST = 100_000;

  private Walk() {}

  /**
   * Explores.
   *
   * @param policy without the line with the version
   * @param crashes actors, separated by spaces
   * @param lines as {@link Played#scenario(String, String)} takes them, setup and steps separated
   *     by an empty line
   * @return what broke and how, then the trace; empty when all holds
   */
  public static List<String> explore(String policy, String crashes, String lines) {
    String[] parts = lines.split("\n\n", -1);
    Scenario scenario = Played.scenario(parts[0], parts[1]);
    Exploration walked;
    try {
      walked =
          new Explorer(
                  scenario,
                  Played.settings(policy),
                  List.of(),
                  crashes.isEmpty() ? Set.of() : Set.of(crashes.split(" ", -1)),
                  MOST,
                  (figures, waiting) -> {})
              .explore();
    } catch (ScenarioFailedException e) {
      throw new AssertionError(e);
    }
    List<String> told = new ArrayList<>();
    Broken broken = walked.broken();
    if (broken != null) {
      told.add(broken.invariant() + ": " + broken.how());
      for (Traced each : broken.trace()) {
        told.add((each.actor() + " " + each.action() + " -> " + each.outcome()).strip());
      }
    } else if (!walked.holds()) {
      told.add(String.valueOf(walked.stopped()));
    }
    return told;
  }
}
