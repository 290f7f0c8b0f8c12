package org.fdboxfs.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdboxfs.compare.Found.Shell;
import org.fdboxfs.policy.experiment.Arguments;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Table;
import org.jspecify.annotations.Nullable;

/** Writes down what was found out about one scenario. */
final class ScenarioSection {
  private static final double NANOS_PER_MICRO = 1_000;

  private final Compared compared;

  ScenarioSection(Compared compared) {
    this.compared = compared;
  }

  void addTo(Content page) {
    page.section(
        compared.file().scenario().title() + " (" + compared.file().name() + ")", this::add);
  }

  private void add(Content section) {
    if (!compared.file().scenario().about().isEmpty()) {
      section.paragraph(compared.file().scenario().about());
    }
    section.paragraph(Mark.MUTED, about());
    for (Findings findings : compared.findings().values()) {
      String frontEnd = findings.frontEnd().label();
      if (findings.wasRun()) {
        section.table(table(findings));
        addShells(section, findings);
        section.preformatted("ls on the " + frontEnd + " afterwards:\n" + findings.listing());
      } else {
        section.paragraph(Mark.CHANGED, "Not run on the " + frontEnd + ": " + findings.notRun());
      }
    }
  }

  /** What it is for. */
  private String about() {
    Scenario scenario = compared.file().scenario();
    List<String> questions = scenario.questions().stream().map(each -> each.toString()).toList();
    return "The step that matters is "
        + scenario.measure()
        + (questions.isEmpty() ? "." : "; about question " + String.join(", ", questions) + ".");
  }

  private static Table table(Findings findings) {
    Table.Builder table =
        Table.builder("On the " + findings.frontEnd().label())
            .left("step")
            .left("who")
            .left("what")
            .left("outcome")
            .right("us (p10 to p90)")
            .left("system calls");
    for (Found found : findings.steps()) {
      Step step = found.step();
      table.row(
          Cell.of(step.id()),
          Cell.of(step.actor()),
          Cell.of(what(step)),
          outcome(found),
          Cell.of(range(found.latency())),
          Cell.of(calls(found.calls())));
    }
    return table.build();
  }

  private static void addShells(Content section, Findings findings) {
    Table.Builder table =
        Table.builder("In a plain shell on the " + findings.frontEnd().label())
            .left("step")
            .left("command line")
            .left("ended with")
            .left("saying");
    for (Found found : findings.steps()) {
      Shell shell = found.shell();
      if (shell != null) {
        table.row(
            Cell.of(found.step().id()),
            Cell.of(shell.line()),
            (shell.suffices() ? Mark.GOOD : Mark.LOSS).on(Integer.toString(shell.status())),
            Cell.of(shell.said()));
      }
    }
    Table lines = table.build();
    if (!lines.rows().isEmpty()) {
      section.table(lines);
    }
  }

  private static String what(Step step) {
    Arguments given = step.arguments();
    return Stream.of(
            step.verb().label(),
            given.kind(),
            given.handle(),
            given.path(),
            given.to(),
            given.access(),
            given.link() == null ? null : given.link().label(),
            given.mode() == null ? null : String.format(Locale.ROOT, "%04o", given.mode()))
        .flatMap(Stream::ofNullable)
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }

  static Cell outcome(Found found) {
    String text = found.outcome().verdict().label();
    String seen = found.outcome().text();
    String all = seen.isEmpty() ? text : text + ": " + seen;
    if (!found.met()) {
      return Mark.BAD.on(all);
    }
    return found.outcome().verdict().offered() ? Cell.of(all) : Mark.MUTED.on(all);
  }

  static String time(@Nullable Latency latency) {
    return latency == null ? "-" : micros(latency.median());
  }

  private static String range(@Nullable Latency latency) {
    return latency == null
        ? "-"
        : micros(latency.median())
            + " ("
            + micros(latency.p10())
            + " to "
            + micros(latency.p90())
            + ")";
  }

  private static String micros(double nanos) {
    double micros = nanos / NANOS_PER_MICRO;
    return String.format(Locale.ROOT, micros < 10 ? "%.1f" : "%.0f", micros);
  }

  /** The names, in the order in which each was first made. */
  private static String calls(@Nullable List<String> calls) {
    if (calls == null) {
      return "not counted";
    }
    Map<String, Integer> numbers = new LinkedHashMap<>();
    calls.forEach(call -> numbers.merge(call, 1, Integer::sum));
    List<String> words = new ArrayList<>();
    numbers.forEach((call, times) -> words.add(times == 1 ? call : times + " " + call));
    return String.join(", ", words);
  }

  /** Whether plain tools did all that they were tried for. */
  static Cell shell(Findings findings) {
    List<Shell> all =
        findings.steps().stream().flatMap(each -> Stream.ofNullable(each.shell())).toList();
    if (all.isEmpty()) {
      return Cell.of("-");
    }
    return all.stream().allMatch(Shell::suffices) ? Mark.GOOD.on("yes") : Mark.LOSS.on("no");
  }
}
