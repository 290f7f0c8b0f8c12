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
  private static final int OPEN_IOCTL_CLOSE = 3;

  /**
   * How many calls it would make of a device in a kernel: where the client of ours has an ioctl(2)
   * and more, that one, with the opening of its node before and the closing after.
   */
  int callsOfDriver() {
    if (calls == null) {
      return 0;
    }
    return calls.contains("ioctl") ? OPEN_IOCTL_CLOSE : calls.size();
  }

  /**
   * A command line that did the step, or tried.
   *
   * @param suffices whether it ended as the step should
   * @param said its first line of output
   */
  record Shell(String line, int status, boolean suffices, String said) {}
}
