package org.fdboxfs.compare;

import java.util.List;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Step;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a step on a front end.
 *
 * @param met whether it came as the scenario says
 * @param calls the system calls that it made; null when they were not counted
 * @param latency null when it made no calls
 * @param shell what a plain shell command line did instead; null when the scenario has none
 */
record Found(
    Step step,
    Outcome outcome,
    boolean met,
    @Nullable List<String> calls,
    @Nullable Latency latency,
    @Nullable Shell shell) {
  /**
   * A command line that did the step, or tried.
   *
   * @param suffices whether it ended as the step should
   * @param said its first line of output
   */
  record Shell(String line, int status, boolean suffices, String said) {}
}
