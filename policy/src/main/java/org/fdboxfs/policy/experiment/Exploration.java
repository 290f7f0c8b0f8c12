package org.fdboxfs.policy.experiment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What exploring came to.
 *
 * @param figures how much was walked
 * @param stopped why not all was walked; null when all was, or something was found
 * @param broken what was found
 */
public record Exploration(Figures figures, @Nullable String stopped, @Nullable Broken broken) {
  /**
   * How much was walked.
   *
   * @param states different ones
   * @param transitions moves that were made from them
   * @param depth moves on the longest of the shortest ways to a state
   * @param nanos what it took
   */
  public record Figures(long states, long transitions, int depth, long nanos) {
    public long statesPerSecond() {
      return states * 1_000_000_000L / Math.max(1, nanos);
    }
  }

  /**
   * Something that did not hold.
   *
   * @param invariant a word for it
   * @param sentence what was to hold
   * @param how it was broken
   * @param trace a shortest way there
   * @param state what is so then, line by line
   */
  public record Broken(
      String invariant, String sentence, String how, List<Traced> trace, List<String> state) {
    public Broken {
      trace = List.copyOf(trace);
      state = List.copyOf(state);
    }
  }

  /**
   * One move of a trace.
   *
   * @param actor empty when it was nobody's
   * @param action what was done
   * @param outcome {@code ok} or the name of an error number
   * @param why it was refused; empty when it was not, or nobody said
   */
  public record Traced(String actor, String action, String outcome, String why) {}

  /** Whether everything was walked and everything held. */
  public boolean holds() {
    return stopped == null && broken == null;
  }
}
