package org.fdboxfs.app.doctor;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Table;
import org.fdboxfs.report.TextRenderer;

/**
 * One thing that was looked at.
 *
 * @param state how it stands
 * @param required whether no mount works while it is missing
 * @param subject what was looked at
 * @param text what was found
 * @param remedy what to do about it; empty when there is nothing to do
 */
public record Finding(State state, boolean required, String subject, String text, String remedy) {
  /** How something stands. */
  public enum State {
    OK("ok"),
    /** A mount works, with less. */
    LIMITED("limited"),
    MISSING("missing");

    private final String word;

    State(String word) {
      this.word = word;
    }
  }

  static Finding ok(String subject, String text) {
    return new Finding(State.OK, false, subject, text, "");
  }

  static Finding limited(String subject, String text, String remedy) {
    return new Finding(State.LIMITED, false, subject, text, remedy);
  }

  /** Missing, and no mount works without it. */
  static Finding required(String subject, String text, String remedy) {
    return new Finding(State.MISSING, true, subject, text, remedy);
  }

  /** Missing, which matters only to those who want it. */
  static Finding optional(String subject, String text, String remedy) {
    return new Finding(State.MISSING, false, subject, text, remedy);
  }

  /** Whether a mount will work in spite of all that was found. */
  public static boolean mountWorks(List<Finding> findings) {
    return findings.stream().noneMatch(each -> each.required && each.state == State.MISSING);
  }

  /** The same as a table of a report. */
  public static Table table(List<Finding> findings) {
    Table.Builder table = Table.builder("").left("what").left("state").left("found");
    for (Finding each : findings) {
      table.row(Cell.of(each.subject), each.mark().on(each.state.word), Cell.of(each.found()));
    }
    return table.build();
  }

  /** What nobody needs is not wrong to be without. */
  private Mark mark() {
    return switch (state) {
      case OK -> Mark.GOOD;
      case LIMITED -> Mark.CHANGED;
      case MISSING -> required ? Mark.BAD : Mark.MUTED;
    };
  }

  private String found() {
    return remedy.isEmpty() ? text : text + "; " + remedy;
  }

  /** One line for each, and the verdict. */
  public static List<String> lines(List<Finding> findings) {
    Table.Builder table = Table.builder("").left("STATE").left("WHAT").left("FOUND");
    for (Finding each : findings) {
      table.row(Cell.of(each.state.word), Cell.of(each.subject), Cell.of(each.found()));
    }
    List<String> lines = new ArrayList<>(TextRenderer.lines(table.build()));
    lines.add("");
    lines.add(mountWorks(findings) ? "A mount will work." : "A mount will not work.");
    return lines;
  }
}
