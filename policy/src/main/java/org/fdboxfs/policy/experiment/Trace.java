package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.policy.experiment.Execution.Done;
import org.fdboxfs.policy.experiment.Exploration.Broken;
import org.fdboxfs.policy.experiment.Exploration.Traced;

/** A way through a plan, played once more to tell of it. */
final class Trace {
  private final Plan plan;

  Trace(Plan plan) {
    this.plan = plan;
  }

  /** Hears of each move. */
  @FunctionalInterface
  interface Listener {
    void made(int move, Done done);
  }

  /** Plays moves that could be made before. */
  static Execution play(Plan plan, int[] way, Listener listener) {
    try {
      Execution execution = new Execution(plan);
      for (int move : way) {
        listener.made(move, execution.make(move));
      }
      return execution;
    } catch (ScenarioFailedException e) {
      throw new IllegalStateException("the setup succeeded before", e);
    }
  }

  /** What is to be told when something was broken at the end of a way. */
  Broken broken(Promise promise, String how, int[] way) {
    List<Traced> trace = new ArrayList<>();
    Execution end = play(plan, way, (move, done) -> tell(move, done, trace));
    List<String> state = new State(end.simulation()).lines();
    return new Broken(promise.id(), promise.sentence(), how, trace, state);
  }

  private void tell(int move, Done done, List<Traced> trace) {
    if (move == Plan.RELEASE) {
      trace.add(new Traced("", "the filesystem reads a RELEASE", Verdict.OK.label(), ""));
      return;
    }
    String actor = plan.name(Plan.actorOf(move));
    if (done.step() == null) {
      trace.add(new Traced(actor, "is killed", Verdict.OK.label(), ""));
      return;
    }
    for (Step own : done.before()) {
      trace.add(new Traced(actor, StepText.of(own), Verdict.OK.label(), ""));
    }
    String outcome = done.outcome().verdict().label();
    trace.add(new Traced(actor, StepText.of(done.step()), outcome, done.reason()));
  }
}
