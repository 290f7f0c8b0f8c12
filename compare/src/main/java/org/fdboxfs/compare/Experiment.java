package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.compare.Found.Shell;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one scenario on one front end, in an empty mount: it is performed to see how
 * long each step takes and whether it comes as it should, once more with its system calls counted,
 * once with each command line, and with less and less privilege.
 */
final class Experiment {
  /** Performances at the start whose times do not count: a new program has to warm up. */
  private static final int WARM_UP = 2;

  private final Scenario scenario;
  private final FrontEnd frontEnd;
  private final Path program;
  private final Store store;
  private final int runs;

  private final Map<String, List<Long>> nanos = new HashMap<>();
  private final Map<String, List<String>> calls = new HashMap<>();
  private final Map<String, Shell> shells = new HashMap<>();
  private final Set<String> failures = new LinkedHashSet<>();
  private String listing = "";

  /**
   * Prepares it.
   *
   * @param runs how many times are measured
   */
  Experiment(Scenario scenario, FrontEnd frontEnd, Path program, Store store, int runs) {
    this.scenario = scenario;
    this.frontEnd = frontEnd;
    this.program = program;
    this.store = store;
    this.runs = runs;
  }

  Findings run() throws IOException, ComparisonException {
    try {
      List<Done> first = time();
      if (first.isEmpty()) {
        return findings(List.of(), "");
      }
      count(first);
      tryShells();
      String privilege = new Privileges(scenario, frontEnd, program, store).find();
      return findings(first, privilege);
    } catch (NotHereException e) {
      return Findings.notRun(frontEnd, String.valueOf(e.getMessage()));
    }
  }

  private Play play(boolean counts) {
    return new Play(scenario, frontEnd, program, store, counts);
  }

  /** Performs it as often as asked; what came of the first time, or nothing if it had no setup. */
  private List<Done> time() throws IOException, NotHereException, ComparisonException {
    List<Done> first = List.of();
    for (int run = -WARM_UP; run < runs; run++) {
      try (Play play = play(false)) {
        Optional<Done> stopped = play.setUp();
        if (stopped.isPresent()) {
          fail(stopped.get(), "the setup must succeed");
          return List.of();
        }
        List<Done> all = play.steps();
        if (run == -WARM_UP) {
          first = all;
          first.forEach(this::check);
          listing = listing(play);
        } else {
          compare(first, all);
        }
        if (run >= 0) {
          all.forEach(done -> nanosOf(done).add(done.nanos()));
        }
      }
      store.clear();
    }
    return first;
  }

  private List<Long> nanosOf(Done done) {
    return nanos.computeIfAbsent(done.step().id(), any -> new ArrayList<>());
  }

  private void check(Done done) {
    Step step = done.step();
    if (!step.expect().isMetBy(frontEnd, done.outcome())) {
      StringBuilder expected = new StringBuilder("expected");
      if (step.expect().verdict(frontEnd) != null) {
        expected.append(' ').append(step.expect().verdict(frontEnd));
      }
      if (step.expect().shows().get(frontEnd) != null) {
        expected.append(" that shows '").append(step.expect().shows().get(frontEnd)).append('\'');
      }
      fail(done, expected.toString());
    }
  }

  private void fail(Done done, String expected) {
    Outcome outcome = done.outcome();
    String shown = outcome.text().isEmpty() ? "" : " that shows '" + outcome.text() + "'";
    failures.add(
        "line "
            + done.step().line()
            + ": "
            + done.step().id()
            + " on the "
            + frontEnd.label()
            + ": "
            + outcome.verdict()
            + shown
            + ", "
            + expected);
  }

  /** What comes differently without anything being different is no answer. */
  private void compare(List<Done> first, List<Done> again) {
    for (int i = 0; i < first.size(); i++) {
      if (!first.get(i).outcome().verdict().equals(again.get(i).outcome().verdict())) {
        fail(again.get(i), first.get(i).outcome().verdict() + " before, by the same steps");
      }
    }
  }

  private String listing(Play play) throws IOException, NotHereException {
    String command =
        frontEnd == FrontEnd.FILESYSTEM
            ? "ls -lnR --time-style=+ ."
            : "ls -ln --time-style=+ \"$DEV\"";
    String text = play.shell(Play.OBSERVER, command);
    return withoutPlaces(text.substring(text.indexOf(' ') + 1));
  }

  /** Temporary names tell nobody anything. */
  private String withoutPlaces(String text) {
    return text.replace(store.device().toString(), "$DEV")
        .replace(store.mountpoint().toString(), "$MNT");
  }

  private void count(List<Done> first) throws IOException, NotHereException, ComparisonException {
    try (Play play = play(true)) {
      if (play.setUp().isEmpty()) {
        List<Done> counted = play.steps();
        compare(first, counted);
        counted.forEach(done -> calls.put(done.step().id(), done.calls()));
      }
    }
    store.clear();
  }

  private void tryShells() throws IOException, NotHereException, ComparisonException {
    for (Step step : scenario.steps()) {
      String line = step.shell().get(frontEnd);
      if (line != null && step.on().contains(frontEnd)) {
        tryShell(step, line);
      }
    }
  }

  private void tryShell(Step step, String line)
      throws IOException, NotHereException, ComparisonException {
    try (Play play = play(false)) {
      play.setUp();
      play.stepsBefore(step);
      String[] said = play.shell(step.actor(), line).split(" ", 2);
      int status = Integer.parseInt(said[0]);
      Verdict expected = step.expect().verdict(frontEnd);
      // Where a refusal is right, a refused command line is as good; what is not offered is to be
      // had.
      boolean wanted = expected == null || expected.isOk() || !expected.offered();
      String output = said.length > 1 ? withoutPlaces(said[1].strip()) : "";
      shells.put(
          step.id(),
          new Shell(line, status, wanted == (status == 0), output.lines().findFirst().orElse("")));
    } finally {
      store.clear();
    }
  }

  private Findings findings(List<Done> first, String privilege) {
    List<Found> steps = new ArrayList<>();
    for (Done done : first) {
      Step step = done.step();
      steps.add(
          new Found(
              step,
              done.outcome(),
              step.expect().isMetBy(frontEnd, done.outcome()),
              calls.get(step.id()),
              latency(step),
              shells.get(step.id())));
    }
    return new Findings(frontEnd, "", steps, new ArrayList<>(failures), privilege, listing);
  }

  private @Nullable Latency latency(Step step) {
    List<Long> all = nanos.getOrDefault(step.id(), List.of());
    boolean measured = all.stream().anyMatch(each -> each > 0);
    return measured ? Latency.of(all) : null;
  }
}
