package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.Balance.Row;

/** A balance on a terminal: {@code <<<<|>>} is twice as much lost as gained. */
final class TextBalance {
  private static final int SHORTEST = 4;
  private static final String GAP = "  ";

  private TextBalance() {}

  static List<String> lines(Balance balance, Ink ink, int width) {
    List<Row> rows = balance.rows();
    int labels = rows.stream().mapToInt(row -> Columns.width(label(row))).max().orElse(0);
    int values = rows.stream().mapToInt(row -> value(row).length()).max().orElse(0);
    int half = (width - labels - values - 2 * GAP.length() - 1) / 2;
    if (half < SHORTEST) {
      return new TextGrid(balance.figures(), ink).lines(width);
    }
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      String lost = "<".repeat(length(row.losses(), balance.largest(), half));
      String gained = ">".repeat(length(row.gains(), balance.largest(), half));
      lines.add(
          Columns.padded(label(row), labels, false)
              + GAP
              + " ".repeat(half - lost.length())
              + ink.marked(Mark.LOSS, lost)
              + "|"
              + ink.marked(Mark.GAIN, gained)
              + " ".repeat(half - gained.length())
              + GAP
              + value(row));
    }
    lines.add("");
    lines.add(
        ink.marked(Mark.LOSS, Mark.LOSS.ascii() + " lost")
            + "   "
            + ink.marked(Mark.GAIN, Mark.GAIN.ascii() + " gained"));
    return lines;
  }

  private static String label(Row row) {
    return Printable.of(row.group().isEmpty() ? row.label() : row.group() + ", " + row.label());
  }

  private static String value(Row row) {
    return "-" + row.losses() + " +" + row.gains();
  }

  /** At least one character for what is not zero. */
  private static int length(long value, long largest, int longest) {
    return value == 0
        ? 0
        : Math.max(1, Math.toIntExact(Math.round((double) value * longest / largest)));
  }
}
