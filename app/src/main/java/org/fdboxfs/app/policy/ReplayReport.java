package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.experiment.trace.Answer;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Table;
import org.jspecify.annotations.Nullable;

/** What would have been decided otherwise, and what nobody can tell. */
final class ReplayReport {
  /** Decisions that are shown one by one; all are counted. */
  static final int MOST_SHOWN = 1_000;

  private static final int MOST_REASONS = 100;

  private final List<String> models;
  private final List<Tally> tallies = new ArrayList<>();
  private final List<List<Cell>> differing = new ArrayList<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private long decisions;
  private long notShown;

  ReplayReport(List<String> models) {
    this.models = models;
    models.forEach(model -> tallies.add(new Tally()));
  }

  /** What one model would have changed. */
  private static final class Tally {
    private long permitted;
    private long refused;
    private long errno;
    private long untold;

    void add(@Nullable Deny recorded, Answer answer) {
      if (answer.unknown() != null) {
        untold++;
      } else if (answer.differsFrom(recorded)) {
        if (answer.deny() == null) {
          permitted++;
        } else if (recorded == null) {
          refused++;
        } else {
          errno++;
        }
      }
    }
  }

  /**
   * Takes down a decision.
   *
   * @param answers of the models; none when there was nothing to decide
   */
  void add(Event event, List<Answer> answers) {
    if (answers.isEmpty()) {
      return;
    }
    decisions++;
    boolean differs = false;
    for (int model = 0; model < models.size(); model++) {
      Answer answer = answers.get(model);
      tallies.get(model).add(event.deny(), answer);
      differs |= answer.differsFrom(event.deny());
      if (answer.unknown() != null
          && (unknown.size() < MOST_REASONS || unknown.containsKey(answer.unknown()))) {
        unknown.merge(answer.unknown(), 1, Integer::sum);
      }
    }
    if (differs && differing.size() < MOST_SHOWN) {
      differing.add(row(event, answers));
    } else if (differs) {
      notShown++;
    }
  }

  private static List<Cell> row(Event event, List<Answer> answers) {
    List<Cell> row =
        new ArrayList<>(
            List.of(
                Cell.of(event.sequence()),
                Cell.of(Integer.toUnsignedString(event.uid())),
                Cell.of(event.operation() + (event.type().equals("move") ? " (move)" : "")),
                Cell.of(event.path()),
                Cell.of(said(event.deny()))));
    answers.forEach(answer -> row.add(cell(event.deny(), answer)));
    return row;
  }

  private static String said(@Nullable Deny deny) {
    return deny == null ? "permitted" : deny.errno() + " " + deny.rule();
  }

  private static Cell cell(@Nullable Deny recorded, Answer answer) {
    if (answer.unknown() != null) {
      return Mark.MUTED.on("cannot be told");
    }
    String said = said(answer.deny());
    if (!answer.differsFrom(recorded)) {
      return Cell.of(said);
    }
    return (answer.deny() == null ? Mark.GAIN : recorded == null ? Mark.LOSS : Mark.CHANGED)
        .on(said);
  }

  Report report(String trace) {
    return Report.of(
        "Decided again: " + trace,
        page -> {
          page.paragraph(decisions + " decisions, each in the world as it was recorded.");
          page.table(totals());
          if (!differing.isEmpty()) {
            page.section("What would differ", this::differences);
          }
          if (!unknown.isEmpty()) {
            page.section("What cannot be told", this::untold);
          }
        });
  }

  private Table totals() {
    Table.Builder table =
        Table.builder("")
            .left("model")
            .right("would permit")
            .right("would refuse")
            .right("other errno")
            .right("cannot be told")
            .right("the same");
    for (int model = 0; model < models.size(); model++) {
      Tally tally = tallies.get(model);
      long same = decisions - tally.permitted - tally.refused - tally.errno - tally.untold;
      table.row(
          Cell.of(models.get(model)),
          Cell.of(tally.permitted),
          Cell.of(tally.refused),
          Cell.of(tally.errno),
          Cell.of(tally.untold),
          Cell.of(same));
    }
    return table.build();
  }

  private void differences(Content section) {
    Table.Builder table =
        Table.builder("")
            .right("event")
            .right("uid")
            .left("operation")
            .left("path")
            .left("recorded");
    models.forEach(table::left);
    differing.forEach(table::row);
    section.table(table.build());
    if (notShown > 0) {
      section.paragraph("And " + notShown + " more.");
    }
  }

  private void untold(Content section) {
    Table.Builder table = Table.builder("").right("decisions").left("depend on");
    unknown.forEach((what, count) -> table.row(Cell.of(count), Cell.of(what)));
    section.table(table.build());
  }
}
