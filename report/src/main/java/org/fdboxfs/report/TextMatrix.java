package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A matrix on a terminal. Where its headings are too wide, columns are numbered; where it still is,
 * it comes in several parts, each with the headings of the rows.
 */
final class TextMatrix {
  private TextMatrix() {}

  static List<String> lines(Matrix matrix, Ink ink, int width) {
    List<String> lines = new ArrayList<>();
    if (new TextGrid(matrix.table(), ink).fits(width)) {
      lines.addAll(new TextGrid(matrix.table(), ink).lines(width));
    } else {
      addParts(lines, numbered(matrix), ink, width);
      lines.add("");
      lines.addAll(new TextGrid(key(matrix), ink).lines(width));
    }
    addLegend(lines, matrix, ink);
    return lines;
  }

  private static Matrix numbered(Matrix matrix) {
    List<String> numbers = new ArrayList<>();
    for (int column = 1; column <= matrix.columns().size(); column++) {
      numbers.add(Integer.toString(column));
    }
    return new Matrix("", matrix.corner(), numbers, matrix.rows());
  }

  private static void addParts(List<String> lines, Matrix matrix, Ink ink, int width) {
    int from = 0;
    while (from < matrix.columns().size()) {
      int to = from + 1; // a single column is wrapped, if need be
      while (to < matrix.columns().size()
          && new TextGrid(matrix.table(from, to + 1), ink).fits(width)) {
        to++;
      }
      if (from > 0) {
        lines.add("");
      }
      lines.addAll(new TextGrid(matrix.table(from, to), ink).lines(width));
      from = to;
    }
  }

  private static Table key(Matrix matrix) {
    Table.Builder key = Table.builder("").right("").left("");
    for (int column = 0; column < matrix.columns().size(); column++) {
      key.row(Cell.of(column + 1L), Cell.of(matrix.columns().get(column)));
    }
    return key.build();
  }

  private static void addLegend(List<String> lines, Matrix matrix, Ink ink) {
    String legend =
        matrix.marks().stream()
            .map(mark -> ink.marked(mark, mark.ascii() + " " + mark.word()))
            .collect(Collectors.joining("   "));
    if (!legend.isEmpty()) {
      lines.add("");
      lines.add(legend);
    }
  }
}
