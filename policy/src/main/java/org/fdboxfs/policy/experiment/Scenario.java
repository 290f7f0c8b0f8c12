package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A story of several actors, told so that any front end can play it.
 *
 * @param title one line
 * @param questions of the open questions of the FDBox thread, those that it answers
 * @param about what it shows; empty when it was not said
 * @param policy name of a shipped model, or a file relative to that of the scenario; null for the
 *     default policy
 * @param policyLine where the file names it, from 1; 0 where it does not
 * @param setup steps that come first and must succeed
 * @param measure id of the step that matters most
 * @param says by front end, the answer in a sentence
 * @param better the front end with the better answer; null when neither has
 */
public record Scenario(
    String title,
    List<Integer> questions,
    String about,
    @Nullable String policy,
    int policyLine,
    List<Actor> actors,
    List<Step> setup,
    List<Step> steps,
    String measure,
    Map<FrontEnd, String> says,
    @Nullable FrontEnd better,
    List<Invariant> invariants) {
  /** How many questions there are. */
  public static final int QUESTIONS = 21;

  public static final int MOST_ACTORS = 64;

  /** Most steps, those of the setup included. */
  public static final int MOST_STEPS = 1024;

  public static final int MOST_INVARIANTS = 64;

  public Scenario {
    questions = List.copyOf(questions);
    actors = List.copyOf(actors);
    setup = List.copyOf(setup);
    steps = List.copyOf(steps);
    says = Map.copyOf(says);
    invariants = List.copyOf(invariants);
  }

  /**
   * The actor of a name.
   *
   * @throws IllegalArgumentException there is none
   */
  public Actor actor(String name) {
    return actors.stream()
        .filter(actor -> actor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no actor '" + name + "'"));
  }
}
