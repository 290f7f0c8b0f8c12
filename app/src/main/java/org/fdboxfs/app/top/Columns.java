package org.fdboxfs.app.top;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.Printable;
import org.fdboxfs.report.TextRenderer;
import org.jline.utils.AttributedString;

/** Columns of a pane: some of fixed width, and two that share what is left. */
final class Columns {
  /** A column; those of weight share the width that is left. */
  record Column(String heading, int width, int weight, boolean right) {
    static Column left(String heading, int width) {
      return new Column(heading, width, 0, false);
    }

    static Column right(String heading, int width) {
      return new Column(heading, width, 0, true);
    }

    static Column sharing(String heading, int weight) {
      return new Column(heading, 0, weight, false);
    }
  }

  private static final char CUT = '>';
  private static final int GAP = 1;
  private static final int NARROWEST = 8;

  /** How much further right a line goes on that was broken. */
  private static final int HANGING = 2;

  private final List<Column> columns;
  private final int[] widths;

  /**
   * @param width of all together
   */
  Columns(List<Column> columns, int width) {
    this.columns = columns;
    this.widths = columns.stream().mapToInt(Column::width).toArray();
    int fixed = columns.stream().mapToInt(Column::width).sum() + GAP * (columns.size() - 1);
    int weights = columns.stream().mapToInt(Column::weight).sum();
    for (int index = 0; index < widths.length; index++) {
      int weight = columns.get(index).weight();
      if (weight > 0) {
        widths[index] = Math.max(NARROWEST, (width - fixed) * weight / weights);
      }
    }
  }

  String headings() {
    return line(columns.stream().map(Column::heading).toList());
  }

  /** The cells in their columns; what is too wide is cut. */
  String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int index = 0; index < widths.length; index++) {
      String cell = fitted(cells.get(index), widths[index]);
      String padding = " ".repeat(widths[index] - width(cell));
      line.append(index == 0 ? "" : " ".repeat(GAP));
      line.append(columns.get(index).right() ? padding + cell : cell + padding);
    }
    return line.toString();
  }

  private static int width(String text) {
    return new AttributedString(text).columnLength();
  }

  /** A line without anything that moves a cursor, broken at blanks where it is too wide. */
  static List<String> wrapped(String line, int width) {
    String printable = Printable.of(line).stripTrailing();
    if (width(printable) <= width) {
      return List.of(printable);
    }
    String text = printable.stripLeading();
    int indent = Math.min(printable.length() - text.length(), width / 2);
    List<String> lines = new ArrayList<>();
    for (String part : TextRenderer.wrapped(text, Math.max(1, width - indent - HANGING))) {
      lines.add(" ".repeat(indent + (lines.isEmpty() ? 0 : HANGING)) + part);
    }
    return lines;
  }

  /** The text without anything that moves a cursor, and no wider than a width. */
  static String fitted(String text, int width) {
    String printable = Printable.of(text);
    if (width(printable) <= width) {
      return printable;
    }
    AttributedString all = new AttributedString(printable);
    return all.columnSubSequence(0, Math.max(0, width - 1)).toString() + CUT;
  }
}
