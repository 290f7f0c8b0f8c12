package org.fdboxfs.app.status;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.Printable;

/** Rows of text under headings, each column as wide as its widest cell. */
public final class TextTable {
  private static final String GAP = "  ";

  /** On which side of its column a cell stands. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private final List<Align> aligns = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column; all of them before the first row. */
  public TextTable column(String heading, Align align) {
    if (rows.isEmpty()) {
      rows.add(new ArrayList<>());
    }
    rows.get(0).add(heading);
    widths.add(width(heading));
    aligns.add(align);
    return this;
  }

  /** Adds a row with a cell for each column. */
  public void row(List<String> cells) {
    if (cells.size() != widths.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + widths.size() + " columns");
    }
    List<String> row = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      String cell = printable(cells.get(column));
      row.add(cell);
      widths.set(column, Math.max(widths.get(column), width(cell)));
    }
    rows.add(row);
  }

  /** The lines, without blanks at their ends. */
  public List<String> lines() {
    return rows.stream().map(this::line).toList();
  }

  private String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String padding = " ".repeat(widths.get(column) - width(cell));
      line.append(column == 0 ? "" : GAP);
      line.append(aligns.get(column) == Align.RIGHT ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** A name may hold a newline or a terminal's control sequence: neither may reach the screen. */
  public static String printable(String text) {
    return Printable.of(text);
  }
}
