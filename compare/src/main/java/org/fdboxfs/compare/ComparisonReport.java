package org.fdboxfs.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.report.BarChart;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Spread;
import org.fdboxfs.report.Table;
import org.jspecify.annotations.Nullable;

/** Writes down what was found out about all scenarios. */
final class ComparisonReport {
  private static final double NANOS_PER_MICRO = 1_000;

  private final List<Compared> all;
  private final List<FrontEnd> frontEnds;
  private final int runs;

  ComparisonReport(List<Compared> all, Set<FrontEnd> frontEnds, int runs) {
    this.all = List.copyOf(all);
    this.frontEnds = Stream.of(FrontEnd.values()).filter(frontEnds::contains).toList();
    this.runs = runs;
  }

  Report write(String version) {
    return Report.of(
        "The filesystem and the character device, compared",
        page -> {
          page.paragraph(introduction(version));
          addFailures(page);
          page.section("Overview", this::addOverview);
          page.section("System calls", this::addCalls);
          page.section("Latency", this::addLatencies);
          page.section("The questions", this::addQuestions);
          page.section(
              "The scenarios",
              section -> all.forEach(each -> new ScenarioSection(each).addTo(section)));
        });
  }

  private String introduction(String version) {
    return String.format(
        Locale.ROOT,
        "%d scenarios, played by real processes on %s of fdboxfs %s; Linux %s, %d processors. A time"
            + " is that of the system calls of a step, the median of %d performances and where"
            + " 10%% and 90%% of them lie. Calls were counted by ptrace(2), privilege and command"
            + " lines were tried.",
        all.size(),
        String.join(" and ", frontEnds.stream().map(each -> "the " + each.label()).toList()),
        version,
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        runs);
  }

  private void addFailures(Content page) {
    for (Compared each : all) {
      each.failures().forEach(what -> page.paragraph(Mark.BAD, each.file().name() + ": " + what));
    }
    for (Compared each : all) {
      each.findings().values().stream()
          .filter(findings -> !findings.wasRun())
          .forEach(
              findings ->
                  page.paragraph(
                      Mark.CHANGED,
                      each.file().name()
                          + ": not run on the "
                          + findings.frontEnd().label()
                          + ", for this machine lacks "
                          + findings.notRun()));
    }
  }

  private void addOverview(Content section) {
    Table.Builder table =
        Table.builder("The step of each scenario that matters most")
            .left("scenario")
            .left("front end")
            .left("outcome")
            .right("calls")
            .right("us")
            .left("privilege")
            .left("plain shell");
    for (Compared each : all) {
      for (FrontEnd frontEnd : frontEnds) {
        table.row(row(each, frontEnd));
      }
    }
    section.table(table.build());
    section.paragraph(
        "The privilege is the least with which the step works: its actor was played by users with"
            + " less and less. Plain shell says whether a command line of ordinary tools did the"
            + " same; a dash, that the scenario has none to try.");
  }

  private static List<Cell> row(Compared compared, FrontEnd frontEnd) {
    Scenario scenario = compared.file().scenario();
    Findings findings = Objects.requireNonNull(compared.findings().get(frontEnd));
    List<Cell> row = new ArrayList<>();
    row.add(Cell.of(compared.file().name()));
    row.add(Cell.of(frontEnd.label()));
    Found found = findings.step(scenario.measure()).orElse(null);
    if (found == null) {
      row.add(findings.wasRun() ? Mark.BAD.on("failed") : Mark.MUTED.on("not run here"));
      Stream.of("", "", "", "").map(Cell::of).forEach(row::add);
      return row;
    }
    row.add(ScenarioSection.outcome(found));
    row.add(Cell.of(ScenarioSection.number(found)));
    row.add(Cell.of(ScenarioSection.time(found.latency())));
    row.add(Cell.of(findings.privilege().isEmpty() ? "-" : findings.privilege()));
    row.add(ScenarioSection.shell(findings));
    return row;
  }

  private void addCalls(Content section) {
    BarChart.Builder chart = BarChart.builder("System calls of the step that matters most", "");
    for (Compared each : all) {
      for (FrontEnd frontEnd : frontEnds) {
        Found found = measured(each, frontEnd);
        if (found != null && found.calls() != null && found.outcome().verdict().offered()) {
          chart.bar(
              new BarChart.Bar(each.file().name(), frontEnd.label(), found.calls().size(), null));
        }
      }
    }
    section.chart(chart.build());
    section.paragraph(
        "What a step takes depends on the client, too. Here it is the C headers that come with"
            + " fdboxfs; the names of all calls are with each scenario.");
  }

  private void addLatencies(Content section) {
    BarChart.Builder chart =
        BarChart.builder("Time of the step that matters most", "us").logarithmic();
    for (Compared each : all) {
      for (FrontEnd frontEnd : frontEnds) {
        Found found = measured(each, frontEnd);
        Latency latency = found == null ? null : found.latency();
        if (latency != null) {
          chart.bar(
              new BarChart.Bar(
                  each.file().name(),
                  frontEnd.label(),
                  latency.median() / NANOS_PER_MICRO,
                  new Spread(latency.p10() / NANOS_PER_MICRO, latency.p90() / NANOS_PER_MICRO)));
        }
      }
    }
    section.chart(chart.build());
    section.paragraph(
        "Both front ends are served by one Java program in user space, so the times compare the two"
            + " interfaces as fdboxfs has them. A device in the kernel would be faster.");
  }

  private static @Nullable Found measured(Compared compared, FrontEnd frontEnd) {
    Findings findings = compared.findings().get(frontEnd);
    return findings == null
        ? null
        : findings.step(compared.file().scenario().measure()).orElse(null);
  }

  private void addQuestions(Content section) {
    section.paragraph("The open questions of the discussion of FDBox in March 2025.");
    for (Question question : Question.ALL) {
      section.section(
          question.number() + ". " + question.text() + " (" + question.who() + ")",
          part -> addAnswers(part, question));
    }
  }

  private void addAnswers(Content part, Question question) {
    boolean answered = false;
    for (Compared each : all) {
      if (each.file().scenario().questions().contains(question.number())) {
        addAnswer(part, each);
        answered = true;
      }
    }
    if (!question.later().isEmpty()) {
      part.paragraph(Mark.CHANGED, "Not all of it: " + question.later() + ".");
    } else if (!answered) {
      part.paragraph(Mark.MUTED, "No scenario of this run is about it.");
    }
  }

  private static void addAnswer(Content part, Compared compared) {
    Scenario scenario = compared.file().scenario();
    String name = compared.file().name();
    for (FrontEnd frontEnd : FrontEnd.values()) {
      String says = scenario.says().get(frontEnd);
      Findings findings = compared.findings().get(frontEnd);
      if (says != null && findings != null) {
        addSentence(part, capitalised(frontEnd.label()) + " (" + name + "): ", findings, says);
      }
    }
    FrontEnd better = scenario.better();
    if (better != null) {
      part.paragraph("The better answer is that of the " + better.label() + ".");
    }
  }

  private static void addSentence(Content part, String head, Findings findings, String says) {
    if (!findings.wasRun()) {
      part.paragraph(Mark.CHANGED, head + "not run here. It would have to show: " + says);
    } else if (findings.failures().isEmpty()) {
      part.paragraph(Mark.NONE, head + says);
    } else {
      part.paragraph(Mark.BAD, head + "this was not what came: " + says);
    }
  }

  private static String capitalised(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
