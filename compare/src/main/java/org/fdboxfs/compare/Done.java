package org.fdboxfs.compare;

import java.util.List;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verdict;

/**
 * A step that was done, or that could not be done because the front end does not offer it.
 *
 * @param nanos how long its system calls took; 0 when it made none
 * @param calls its system calls, where they were counted
 */
record Done(Step step, Outcome outcome, long nanos, List<String> calls) {
  Done {
    calls = List.copyOf(calls);
  }

  static Done notOffered(Step step) {
    return new Done(step, Outcome.of(Verdict.NOT_OFFERED), 0, List.of());
  }

  static Done plainly(Step step) {
    return new Done(step, Outcome.of(Verdict.OK), 0, List.of());
  }
}
