package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fdboxfs.report.Table.Align;
import org.fdboxfs.report.Table.Column;

/**
 * A table on a terminal. What is too wide is wrapped within its columns, and where columns would
 * become too narrow to be read, each row becomes a block of lines.
 */
final class TextGrid {
  private static final String GAP = "  ";

  /** Between a sign and its text until lines are broken. */
  private static final String NO_BREAK = "\u00a0";

  private static final int READABLE = 14;

  private final Table table;
  private final Ink ink;
  private final List<Column> columns;
  private final List<List<String>> texts;

  TextGrid(Table table, Ink ink) {
    this.table = table;
    this.ink = ink;
    this.columns = table.columns();
    this.texts =
        table.rows().stream().map(row -> row.stream().map(TextGrid::text).toList()).toList();
  }

  private static String text(Cell cell) {
    String text = new Cell(Printable.of(cell.text()), cell.mark()).behind(cell.mark().ascii());
    boolean signed = !cell.mark().ascii().isEmpty();
    return signed ? text.replaceFirst(" ", NO_BREAK) : text;
  }

  /** Whether no column needs more than one line. */
  boolean fits(int width) {
    return total(naturalWidths()) <= width;
  }

  List<String> lines(int width) {
    int[] widths = naturalWidths();
    int[] words = new int[widths.length];
    int[] narrowest = new int[widths.length];
    for (int column = 0; column < widths.length; column++) {
      words[column] = widestWord(column);
      narrowest[column] = Math.min(words[column], READABLE);
    }
    if (total(narrowest) > width) {
      return blocks(width);
    }
    shrink(widths, words, width);
    shrink(widths, narrowest, width); // words are cut only where there is no other way
    return rows(widths);
  }

  /** Takes from the widest column, one by one, until all fit or are as narrow as they may be. */
  private static void shrink(int[] widths, int[] narrowest, int width) {
    int column = mostToSpare(widths, narrowest);
    while (total(widths) > width && column >= 0) {
      widths[column]--;
      column = mostToSpare(widths, narrowest);
    }
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
  }

  private int[] naturalWidths() {
    int[] widths = new int[columns.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Columns.width(heading(column));
      for (List<String> row : texts) {
        widths[column] = Math.max(widths[column], Columns.width(row.get(column)));
      }
    }
    return widths;
  }

  private int widestWord(int column) {
    int widest = Columns.widestWord(heading(column));
    for (List<String> row : texts) {
      widest = Math.max(widest, Columns.widestWord(row.get(column)));
    }
    return widest;
  }

  private String heading(int column) {
    return Printable.of(columns.get(column).heading());
  }

  private static int mostToSpare(int[] widths, int[] narrowest) {
    int most = -1;
    for (int column = 0; column < widths.length; column++) {
      boolean canShrink = widths[column] > narrowest[column];
      if (canShrink && (most < 0 || widths[column] > widths[most])) {
        most = column;
      }
    }
    return most;
  }

  private List<String> rows(int[] widths) {
    List<String> headings = new ArrayList<>();
    List<Mark> plain = new ArrayList<>();
    for (int column = 0; column < widths.length; column++) {
      headings.add(heading(column));
      plain.add(Mark.NONE);
    }
    List<String> lines = new ArrayList<>();
    if (headings.stream().anyMatch(heading -> !heading.isEmpty())) {
      rowLines(headings, plain, widths).forEach(line -> lines.add(ink.strong(line)));
    }
    for (int row = 0; row < texts.size(); row++) {
      List<Mark> marks = table.rows().get(row).stream().map(Cell::mark).toList();
      lines.addAll(rowLines(texts.get(row), marks, widths));
    }
    return lines;
  }

  private List<String> rowLines(List<String> cells, List<Mark> marks, int[] widths) {
    List<List<String>> wrapped = new ArrayList<>();
    for (int column = 0; column < widths.length; column++) {
      wrapped.add(wrapped(cells.get(column), marks.get(column), widths[column]));
    }
    int height = wrapped.stream().mapToInt(List::size).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int line = 0; line < height; line++) {
      StringBuilder text = new StringBuilder();
      int pending = 0; // blanks that are only written when something follows them
      for (int column = 0; column < widths.length; column++) {
        List<String> cell = wrapped.get(column);
        String part = line < cell.size() ? cell.get(line) : "";
        int spare = widths[column] - Columns.width(part);
        boolean right = columns.get(column).align() == Align.RIGHT;
        if (!part.isEmpty()) {
          text.append(" ".repeat(pending + (right ? spare : 0)));
          text.append(ink.marked(marks.get(column), part));
          pending = right ? 0 : spare;
        } else {
          pending += widths[column];
        }
        pending += GAP.length();
      }
      lines.add(text.toString());
    }
    return lines;
  }

  private static List<String> wrapped(String text, Mark mark, int width) {
    List<String> lines = new ArrayList<>(Columns.wrapped(text, width));
    if (!mark.ascii().isEmpty()) {
      lines.set(0, lines.get(0).replaceFirst(NO_BREAK, " ").stripTrailing());
    }
    return lines;
  }

  /** Each row as lines of a heading and a value. */
  private List<String> blocks(int width) {
    int widest = 0;
    for (int column = 0; column < columns.size(); column++) {
      widest = Math.max(widest, Columns.width(heading(column)));
    }
    int label = Math.min(widest, width / 3);
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < texts.size(); row++) {
      if (row > 0) {
        lines.add("");
      }
      for (int column = 0; column < columns.size(); column++) {
        Mark mark = table.rows().get(row).get(column).mark();
        addField(lines, column, texts.get(row).get(column), mark, label, width);
      }
    }
    return lines;
  }

  private void addField(
      List<String> lines, int column, String value, Mark mark, int label, int width) {
    List<String> labels = Columns.wrapped(heading(column), label);
    List<String> values = wrapped(value, mark, width - label - GAP.length());
    for (int line = 0; line < Math.max(labels.size(), values.size()); line++) {
      String left = line < labels.size() ? labels.get(line) : "";
      String right = line < values.size() ? values.get(line) : "";
      if (right.isEmpty()) {
        lines.add(ink.strong(left));
      } else {
        String blanks = " ".repeat(label - Columns.width(left)) + GAP;
        lines.add(ink.strong(left) + blanks + ink.marked(mark, right));
      }
    }
  }
}
