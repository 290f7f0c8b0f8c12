package org.fdboxfs.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.report.BarChart;
import org.fdboxfs.report.BarChart.Bar;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Spread;
import org.fdboxfs.report.Table;
import org.jspecify.annotations.Nullable;

/** Writes down what can be counted: of each scenario, the step that matters most. */
final class Measurements {
  private static final double NANOS_PER_MICRO = 1_000;
  private static final String IN_A_KERNEL = "chardev in a kernel";

  private final List<Compared> all;
  private final List<FrontEnd> frontEnds;

  Measurements(List<Compared> all, List<FrontEnd> frontEnds) {
    this.all = all;
    this.frontEnds = frontEnds;
  }

  void addTo(Content section) {
    section.section("Overview", this::addOverview);
    section.section("System calls", this::addCalls);
    section.section("Latency", this::addLatencies);
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
        "Calls in parentheses are what a device in a kernel would take. The privilege is the least"
            + " with which the step works: its user was played by others with less and less; a"
            + " dash, that the step is not to succeed. Plain shell says whether command lines of"
            + " ordinary tools did all that they were tried for; a dash, that the scenario has none"
            + " to try.");
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
    row.add(Cell.of(calls(found)));
    row.add(Cell.of(ScenarioSection.time(found.latency())));
    row.add(Cell.of(findings.privilege().isEmpty() ? "-" : findings.privilege()));
    row.add(ScenarioSection.shell(findings));
    return row;
  }

  private static String calls(Found found) {
    List<String> calls = found.calls();
    if (calls == null || !found.outcome().verdict().offered()) {
      return "-";
    }
    int device = found.callsOfDriver();
    return calls.size() + (device == calls.size() ? "" : " (" + device + ")");
  }

  private void addCalls(Content section) {
    BarChart.Builder chart = BarChart.builder("System calls of the step that matters most", "");
    for (Compared each : all) {
      for (FrontEnd frontEnd : frontEnds) {
        Found found = measured(each, frontEnd);
        if (found != null && found.calls() != null && found.outcome().verdict().offered()) {
          int calls = found.calls().size();
          chart.bar(new Bar(each.file().name(), frontEnd.label(), calls, null));
          if (found.callsOfDriver() != calls) {
            chart.bar(new Bar(each.file().name(), IN_A_KERNEL, found.callsOfDriver(), null));
          }
        }
      }
    }
    section.chart(chart.build());
    section.paragraph(
        "What a step takes depends on the client, too. Here it is the C headers that come with"
            + " fdboxfs, without anything kept open from one step to the next; the names of all"
            + " calls are with each scenario. A server in user space can neither install a"
            + " descriptor in its caller nor close one there, and what the client of the device"
            + " does instead is counted with it. A device in a kernel takes three (openat, ioctl,"
            + " close), or one where the node is open already. On the filesystem, whoever keeps"
            + " the connection takes an entry with three: openat, sendmsg, recvmsg.");
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
              new Bar(
                  each.file().name(),
                  frontEnd.label(),
                  latency.median() / NANOS_PER_MICRO,
                  new Spread(latency.p10() / NANOS_PER_MICRO, latency.p90() / NANOS_PER_MICRO)));
        }
      }
    }
    section.chart(chart.build());
    section.paragraph(
        "Both front ends are served by one Java program in user space: the times compare the two"
            + " interfaces as fdboxfs has them, and say nothing of what either would take in a"
            + " kernel.");
  }

  private static @Nullable Found measured(Compared compared, FrontEnd frontEnd) {
    Findings findings = compared.findings().get(frontEnd);
    return findings == null
        ? null
        : findings.step(compared.file().scenario().measure()).orElse(null);
  }
}
