package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way through a plan, played from its beginning. For one thread at a time. */
final class Execution {
  /**
   * What was done last, and how it ended.
   *
   * @param step null of a crash and of a RELEASE
   * @param before what the actor had done just for itself since its last step
   */
  record Done(@Nullable Step step, Outcome outcome, String reason, List<Step> before) {}

  private final Plan plan;
  private final Simulation simulation;
  private final int[] next;
  private final boolean[] crashed;

  /** Of the simulation since the last move; null when nobody asked. */
  private @Nullable String stateText;

  /**
   * Plays the setup.
   *
   * @throws ScenarioFailedException a step of it was refused
   */
  Execution(Plan plan) throws ScenarioFailedException {
    this.plan = plan;
    this.simulation = new Simulation(plan.scenario(), plan.settings());
    this.next = new int[plan.actors()];
    this.crashed = new boolean[plan.actors()];
    simulation.setUp();
    simulation.releaseAll();
    for (int actor = 0; actor < next.length; actor++) {
      makeOwnMatters(actor);
    }
  }

  Simulation simulation() {
    return simulation;
  }

  /** The moves that can be made now. */
  List<Integer> moves() {
    List<Integer> moves = new ArrayList<>();
    for (int actor = 0; actor < next.length; actor++) {
      if (crashed[actor]) {
        continue;
      }
      if (next[actor] < plan.steps(actor).size()) {
        moves.add(Plan.play(actor));
      }
      if (plan.mayCrash(actor) && simulation.living(plan.name(actor)) != null) {
        moves.add(Plan.crash(actor));
      }
    }
    if (!simulation.unreleased().isEmpty()) {
      moves.add(Plan.RELEASE);
    }
    return moves;
  }

  /** Makes one of the {@link #moves}. */
  Done make(int move) {
    stateText = null;
    Done done = move == Plan.RELEASE ? release() : act(Plan.actorOf(move), Plan.isCrash(move));
    if (!plan.overtakes(next)) {
      simulation.releaseAll(); // nothing that is left could tell that it was later
    }
    return done;
  }

  private Done release() {
    simulation.releaseNext();
    return new Done(null, Outcome.of(Verdict.OK), "", List.of());
  }

  private Done act(int actor, boolean crash) {
    if (crash) {
      crashed[actor] = true;
      simulation.exit(plan.name(actor));
      return new Done(null, Outcome.of(Verdict.OK), "", List.of());
    }
    int at = next[actor]++;
    Step step = plan.steps(actor).get(at);
    Outcome outcome = simulation.run(step);
    Done done = new Done(step, outcome, simulation.reason(), plan.ownMattersBefore(actor, at));
    makeOwnMatters(actor);
    return done;
  }

  /** What nobody else can tell the moment of is done at once, so that fewer orders are to try. */
  private void makeOwnMatters(int actor) {
    List<Step> steps = plan.steps(actor);
    while (next[actor] < steps.size() && plan.isOwnMatter(steps.get(next[actor]))) {
      simulation.run(steps.get(next[actor]++));
    }
  }

  /** Two executions of one plan with the same text can only go on in the same ways. */
  String text() {
    return Arrays.toString(next) + Arrays.toString(crashed) + stateText();
  }

  private String stateText() {
    if (stateText == null) {
      stateText = StateText.of(simulation);
    }
    return stateText;
  }

  /** Whether there is no RELEASE to be read, and nobody to be looked at who took something. */
  boolean isSettled() {
    return simulation.unreleased().isEmpty() && !simulation.guard().claims().isAnythingUnsettled();
  }

  /**
   * What is so after every RELEASE and every look at those who took something: it changes nothing
   * that anybody could tell. The execution is of no other use afterwards, unless it was settled.
   */
  String settledText() {
    if (!isSettled()) {
      simulation.settle();
      stateText = null;
    }
    return stateText();
  }
}
