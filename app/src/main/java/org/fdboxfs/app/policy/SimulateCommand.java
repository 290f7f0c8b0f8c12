package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.ReportOutput;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.app.policy.Scenarios.Told;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Simulation;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.StepText;
import org.fdboxfs.policy.experiment.Verdict;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fdboxfs policy simulate}. */
@Command(
    name = "simulate",
    header = "Play a scenario under one or several models, step by step.",
    description =
        "Nothing is mounted: the code that decides is that of a mount, over a kernel that is made up."
            + " Exit status 1 where the scenario says otherwise of its own policy.")
final class SimulateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SCENARIO", description = "A scenario file.")
  private String word = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A policy file or the name of a model; may be repeated. Default: the scenario's.")
  private List<String> words = new ArrayList<>();

  @Mixin private ReportOutput output = new ReportOutput();

  /** What came of each step under a model. */
  private record Played(Model model, List<Outcome> outcomes, List<String> reasons) {}

  @Override
  public Integer call() {
    output.check();
    Models models = new Models(Share.directory("models"));
    Told told = new Scenarios(models).read(word);
    List<Model> chosen =
        words.isEmpty() ? List.of(told.own()) : words.stream().map(models::read).toList();
    List<Step> steps = new ArrayList<>(told.scenario().setup());
    steps.addAll(told.scenario().steps());
    List<Played> all = chosen.stream().map(model -> play(told, model, steps)).toList();
    long unexpected = all.stream().mapToLong(played -> unexpected(told, played, steps)).sum();
    output.write(report(told, steps, all, unexpected));
    return unexpected == 0 ? 0 : 1;
  }

  private static Played play(Told told, Model model, List<Step> steps) {
    Simulation simulation = new Simulation(told.scenario(), model.settings());
    Played played = new Played(model, new ArrayList<>(), new ArrayList<>());
    for (Step step : steps) {
      played.outcomes().add(simulation.run(step));
      played.reasons().add(simulation.reason());
    }
    return played;
  }

  /** What the file expects, it expects of its own policy only, and of what is simulated. */
  private static boolean isExpected(Told told, Played played, Step step, int index) {
    Outcome outcome = played.outcomes().get(index);
    if (!played.model().isSameAs(told.own()) || !Simulation.isSimulated(step)) {
      return true;
    }
    Verdict expected = step.expect().verdict(FrontEnd.FILESYSTEM);
    if (index < told.scenario().setup().size() || Simulation.isOfStream(step, expected)) {
      return outcome.verdict().isOk();
    }
    return outcome.text().equals(Outcome.NOT_KNOWN)
        ? expected == null || outcome.verdict().equals(expected)
        : step.expect().isMetBy(FrontEnd.FILESYSTEM, outcome);
  }

  private static long unexpected(Told told, Played played, List<Step> steps) {
    long count = 0;
    for (int i = 0; i < steps.size(); i++) {
      count += isExpected(told, played, steps.get(i), i) ? 0 : 1;
    }
    return count;
  }

  private static Report report(Told told, List<Step> steps, List<Played> all, long unexpected) {
    Table.Builder table = Table.builder("").left("step").left("actor").left("does");
    all.forEach(played -> table.left(played.model().name()));
    Table.Builder reasons =
        Table.builder("Why").left("step").left("model").left("errno").left("rule and reason");
    boolean refused = false;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      List<Cell> row =
          new ArrayList<>(
              List.of(Cell.of(step.id()), Cell.of(step.actor()), Cell.of(StepText.of(step))));
      for (Played played : all) {
        row.add(cell(told, all.get(0), played, step, i));
        String reason = played.reasons().get(i);
        if (!reason.isEmpty()) {
          refused = true;
          reasons.row(
              Cell.of(step.id()),
              Cell.of(played.model().name()),
              Cell.of(played.outcomes().get(i).verdict().label()),
              Cell.of(reason));
        }
      }
      table.row(row);
    }
    boolean anyRefused = refused;
    return Report.of(
        told.scenario().title(),
        page -> {
          if (!told.scenario().about().isEmpty()) {
            page.paragraph(told.scenario().about());
          }
          page.table(table.build());
          if (anyRefused) {
            page.table(reasons.build());
          }
          if (unexpected > 0) {
            page.paragraph(Mark.BAD, unexpected + " not as the scenario says");
          }
        });
  }

  /** Marked where it is not what the file says, or else where it is not as under the first. */
  private static Cell cell(Told told, Played first, Played played, Step step, int index) {
    if (!Simulation.isSimulated(step)) {
      return Cell.of(Outcome.NOT_KNOWN);
    }
    Outcome outcome = played.outcomes().get(index);
    String text =
        outcome.verdict().label() + (outcome.text().isEmpty() ? "" : ": " + outcome.text());
    if (!isExpected(told, played, step, index)) {
      return Mark.BAD.on(text);
    }
    boolean before = first.outcomes().get(index).verdict().isOk();
    boolean now = outcome.verdict().isOk();
    if (before != now) {
      return (now ? Mark.GAIN : Mark.LOSS).on(text);
    }
    return outcome.verdict().equals(first.outcomes().get(index).verdict())
        ? Cell.of(text)
        : Mark.CHANGED.on(text);
  }
}
