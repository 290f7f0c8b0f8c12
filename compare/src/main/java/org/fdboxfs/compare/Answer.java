package org.fdboxfs.compare;

import java.util.List;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Verdict;

/**
 * What an actor said about a step.
 *
 * @param nanos how long its system calls took; where they were counted it means nothing
 * @param calls names of the system calls, where they were counted
 */
record Answer(Outcome outcome, long nanos, List<String> calls) {
  Answer {
    calls = List.copyOf(calls);
  }

  /**
   * Reads an answer.
   *
   * @throws NotHereException the machine lacks what the step needs
   * @throws IllegalArgumentException it is none
   */
  static Answer parse(String line, List<String> calls) throws NotHereException {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "ok" -> {
        String text = words.length > 2 ? Wire.decode(words[2]) : "";
        return new Answer(new Outcome(Verdict.OK, text), nanos(words, 1), calls);
      }
      case "error" -> {
        Errno errno = new Errno(Math.toIntExact(nanos(words, 1)));
        return new Answer(Outcome.of(Verdict.failed(errno)), nanos(words, 2), calls);
      }
      case "unable" -> throw new NotHereException(Wire.decode(words.length > 1 ? words[1] : ""));
      default -> throw new IllegalArgumentException("not an answer: " + line);
    }
  }

  private static long nanos(String[] words, int index) {
    if (index >= words.length) {
      throw new IllegalArgumentException("too short: " + String.join(" ", words));
    }
    return Long.parseLong(words[index]);
  }
}
