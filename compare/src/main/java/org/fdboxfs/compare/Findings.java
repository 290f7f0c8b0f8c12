package org.fdboxfs.compare;

import java.util.List;
import java.util.Optional;
import org.fdboxfs.policy.experiment.FrontEnd;

/**
 * What was found out about a scenario on a front end.
 *
 * @param notRun why it was not run; empty when it was
 * @param failures what did not come as the scenario says, a sentence each
 * @param privilege the least with which the step that matters works
 * @param listing what {@code ls} shows at the end
 */
record Findings(
    FrontEnd frontEnd,
    String notRun,
    List<Found> steps,
    List<String> failures,
    String privilege,
    String listing) {
  Findings {
    steps = List.copyOf(steps);
    failures = List.copyOf(failures);
  }

  static Findings notRun(FrontEnd frontEnd, String why) {
    return new Findings(frontEnd, why, List.of(), List.of(), "", "");
  }

  static Findings failed(FrontEnd frontEnd, String why) {
    return new Findings(frontEnd, "", List.of(), List.of(why), "", "");
  }

  boolean wasRun() {
    return notRun.isEmpty();
  }

  /** What was found out about the step of an id. */
  Optional<Found> step(String id) {
    return steps.stream().filter(each -> each.step().id().equals(id)).findFirst();
  }
}
