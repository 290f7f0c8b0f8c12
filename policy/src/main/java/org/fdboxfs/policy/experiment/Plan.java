package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.PolicySettings;

/**
 * What is to be explored: each actor's steps in its own order, all of them interleaved, and who may
 * die in between. A move is a number: the next step or the end of an actor, or a RELEASE that is
 * read.
 */
final class Plan {
  /** The filesystem reads the oldest RELEASE that waits. */
  static final int RELEASE = -1;

  private final Scenario scenario;
  private final PolicySettings settings;
  private final List<String> names;
  private final List<List<Step>> steps;
  private final Set<String> crashes;

  /** Where the last step of each actor is that a RELEASE may come after; -1 where there is none. */
  private final int[] lastGet;

  /**
   * @param crashes actors that may be killed at any moment
   */
  Plan(Scenario scenario, PolicySettings settings, Set<String> crashes) {
    this.scenario = scenario;
    this.settings = settings;
    this.crashes = Set.copyOf(crashes);
    List<Step> played =
        scenario.steps().stream().filter(step -> step.on().contains(FrontEnd.FILESYSTEM)).toList();
    this.names =
        scenario.actors().stream()
            .map(Actor::name)
            .filter(name -> crashes.contains(name) || has(played, name))
            .toList();
    this.steps =
        names.stream()
            .map(name -> played.stream().filter(step -> step.actor().equals(name)).toList())
            .toList();
    this.lastGet =
        steps.stream()
            .mapToInt(own -> own.stream().map(Step::verb).toList().lastIndexOf(Verb.GET))
            .toArray();
  }

  private static boolean has(List<Step> steps, String actor) {
    return steps.stream().anyMatch(step -> step.actor().equals(actor));
  }

  Scenario scenario() {
    return scenario;
  }

  PolicySettings settings() {
    return settings;
  }

  int actors() {
    return names.size();
  }

  String name(int actor) {
    return names.get(actor);
  }

  List<Step> steps(int actor) {
    return steps.get(actor);
  }

  boolean mayCrash(int actor) {
    return crashes.contains(names.get(actor));
  }

  /** Whether nobody else can tell when a step is made. */
  boolean isOwnMatter(Step step) {
    return step.verb() == Verb.DESCRIPTOR;
  }

  /** Those steps of an actor that stand right before one. */
  List<Step> ownMattersBefore(int actor, int at) {
    List<Step> own = steps.get(actor);
    int first = at;
    while (first > 0 && isOwnMatter(own.get(first - 1))) {
      first--;
    }
    return own.subList(first, at);
  }

  /** Whether a step is still to come that may be answered before a RELEASE that was sent first. */
  boolean overtakes(int[] next) {
    for (int actor = 0; actor < next.length; actor++) {
      if (next[actor] <= lastGet[actor]) {
        return true;
      }
    }
    return false;
  }

  static int play(int actor) {
    return 2 * actor;
  }

  static int crash(int actor) {
    return 2 * actor + 1;
  }

  static int actorOf(int move) {
    return move / 2;
  }

  static boolean isCrash(int move) {
    return move % 2 == 1;
  }
}
