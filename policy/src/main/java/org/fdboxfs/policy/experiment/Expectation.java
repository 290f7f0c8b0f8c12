package org.fdboxfs.policy.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario says will come of a step, by front end; where nothing is said, anything may.
 *
 * @param verdicts how it ends
 * @param shows text that what the actor saw contains
 */
public record Expectation(Map<FrontEnd, Verdict> verdicts, Map<FrontEnd, String> shows) {
  public static final Expectation NONE = new Expectation(Map.of(), Map.of());

  public Expectation {
    verdicts = Map.copyOf(verdicts);
    shows = Map.copyOf(shows);
  }

  public @Nullable Verdict verdict(FrontEnd frontEnd) {
    return verdicts.get(frontEnd);
  }

  /** Whether that is what was expected. */
  public boolean isMetBy(FrontEnd frontEnd, Outcome outcome) {
    Verdict verdict = verdicts.get(frontEnd);
    String text = shows.get(frontEnd);
    return (verdict == null || verdict.equals(outcome.verdict()))
        && (text == null || outcome.text().contains(text));
  }
}
