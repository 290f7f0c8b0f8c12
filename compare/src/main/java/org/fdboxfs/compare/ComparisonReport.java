package org.fdboxfs.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Table;
import org.jspecify.annotations.Nullable;

/** Writes down what was found out about all scenarios: first the answers, then what shows them. */
final class ComparisonReport {
  private final List<Compared> all;
  private final List<FrontEnd> frontEnds;
  private final int runs;
  private final String nodes;

  /**
   * @param nodes what the nodes of the character device were; empty when it was not played on
   */
  ComparisonReport(List<Compared> all, Set<FrontEnd> frontEnds, int runs, String nodes) {
    this.all = List.copyOf(all);
    this.frontEnds = Stream.of(FrontEnd.values()).filter(frontEnds::contains).toList();
    this.runs = runs;
    this.nodes = nodes;
  }

  Report write(String version) {
    return Report.of(
        "The filesystem and the character device, compared",
        page -> {
          page.paragraph(introduction(version));
          addFailures(page);
          addNotRun(page);
          if (frontEnds.size() > 1) {
            page.section("At a glance", this::addGlance);
          }
          page.section("The questions", this::addQuestions);
          page.section("What was measured", new Measurements(all, frontEnds)::addTo);
          page.section(
              "The scenarios",
              section -> all.forEach(each -> new ScenarioSection(each).addTo(section)));
        });
  }

  private String introduction(String version) {
    return String.format(
        Locale.ROOT,
        "%s, played by real processes on %s of fdboxfs %s; Linux %s, %d processors.%s A time"
            + " is that of the system calls of a step, the median of %d performances and where"
            + " 10%% and 90%% of them lie. Calls were counted by ptrace(2), privilege and command"
            + " lines were tried.",
        all.size() == 1 ? "1 scenario" : all.size() + " scenarios",
        String.join(" and ", frontEnds.stream().map(each -> "the " + each.label()).toList()),
        version,
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors(),
        nodes.isEmpty() ? "" : " The chardev's nodes were " + nodes + ".",
        runs);
  }

  private void addFailures(Content page) {
    for (Compared each : all) {
      each.failures().forEach(what -> page.paragraph(Mark.BAD, each.file().name() + ": " + what));
    }
  }

  /** A line for each thing that is not there, however many need it. */
  private void addNotRun(Content page) {
    Map<String, Set<String>> names = new TreeMap<>();
    for (Compared each : all) {
      for (Findings findings : each.findings().values()) {
        if (!findings.wasRun()) {
          names
              .computeIfAbsent(findings.notRun(), any -> new LinkedHashSet<>())
              .add(each.file().name());
        }
      }
    }
    names.forEach(
        (lack, scenarios) ->
            page.paragraph(
                Mark.CHANGED,
                "Not run: " + String.join(", ", scenarios) + ". This machine lacks " + lack + "."));
  }

  /** Which front end has the better answer, question by question, as far as it was shown. */
  private void addGlance(Content section) {
    Table.Builder table =
        Table.builder("Where the better answer is, scenario by scenario")
            .left("question")
            .left("filesystem")
            .left("chardev")
            .left("neither");
    for (Question question : Question.ALL) {
      List<Compared> about = about(question.number());
      if (about.stream().anyMatch(Compared::isShown)) {
        table.row(
            Cell.of(question.number() + ". " + question.text()),
            cell(Mark.GOOD, better(about, FrontEnd.FILESYSTEM)),
            cell(Mark.GOOD, better(about, FrontEnd.CHARDEV)),
            cell(Mark.NONE, better(about, null)));
      }
    }
    section.table(table.build());
    section.paragraph(
        String.format(
            Locale.ROOT,
            "The filesystem has the better answer in %d of the scenarios, the chardev in %d,"
                + " neither in %d. That is the opinion of who wrote them. The questions below give"
                + " the answers, the scenarios show what they rest on.",
            better(all, FrontEnd.FILESYSTEM).size(),
            better(all, FrontEnd.CHARDEV).size(),
            better(all, null).size()));
  }

  private static Cell cell(Mark mark, List<String> names) {
    return (names.isEmpty() ? Mark.NONE : mark).on(String.join(", ", names));
  }

  private static List<String> better(List<Compared> of, @Nullable FrontEnd frontEnd) {
    return of.stream()
        .filter(Compared::isShown)
        .filter(each -> each.file().scenario().better() == frontEnd)
        .map(each -> each.file().name())
        .toList();
  }

  private List<Compared> about(int question) {
    return all.stream()
        .filter(each -> each.file().scenario().questions().contains(question))
        .toList();
  }

  private void addQuestions(Content section) {
    section.paragraph("The open questions of the discussion of FDBox in March 2025.");
    List<String> open = new ArrayList<>();
    for (Question question : Question.ALL) {
      List<Compared> about = about(question.number());
      if (about.isEmpty()) {
        open.add(Integer.toString(question.number()));
      } else {
        section.section(
            question.number() + ". " + question.text() + " (" + question.who() + ")",
            part -> addAnswers(part, about, question.later()));
      }
    }
    List<Compared> beyond =
        all.stream()
            .filter(each -> each.file().scenario().questions().isEmpty())
            .filter(each -> !each.file().scenario().says().isEmpty())
            .sorted(Comparator.comparing(each -> each.file().name()))
            .toList();
    if (!beyond.isEmpty()) {
      section.section("Beyond these questions", part -> addAnswers(part, beyond, ""));
    }
    if (!open.isEmpty()) {
      section.paragraph(
          Mark.MUTED, "No scenario of this run is about question " + String.join(", ", open) + ".");
    }
  }

  private static void addAnswers(Content part, List<Compared> about, String later) {
    about.forEach(each -> addAnswer(part, each));
    if (!later.isEmpty()) {
      part.paragraph(Mark.CHANGED, "Not all of it:", later + ".");
    }
  }

  private static void addAnswer(Content part, Compared compared) {
    Scenario scenario = compared.file().scenario();
    for (FrontEnd frontEnd : FrontEnd.values()) {
      String says = scenario.says().get(frontEnd);
      Findings findings = compared.findings().get(frontEnd);
      if (says != null && findings != null) {
        String head = capitalised(frontEnd.label()) + " (" + compared.file().name() + "):";
        addSentence(part, head, findings, says);
      }
    }
    if (scenario.better() != null) {
      part.paragraph(
          Mark.MUTED, "The better answer is that of the " + scenario.better().label() + ".");
    }
  }

  private static void addSentence(Content part, String head, Findings findings, String says) {
    if (!findings.wasRun()) {
      part.paragraph(Mark.CHANGED, head, "not run here. It would have to show: " + says);
    } else if (findings.failures().isEmpty()) {
      part.paragraph(Mark.NONE, head, says);
    } else {
      part.paragraph(Mark.BAD, head, "this was not what came: " + says);
    }
  }

  private static String capitalised(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
