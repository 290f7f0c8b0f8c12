package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.fdboxfs.report.Table.Align;
import org.fdboxfs.report.Table.Column;

/**
 * Many columns of the same sort against rows, each cell a mark with a short text: a map in which
 * differences are found by eye.
 *
 * @param caption empty for none
 * @param corner what the headings of the rows are
 */
public record Matrix(String caption, String corner, List<String> columns, List<Row> rows)
    implements Block {
  /** A row. */
  public record Row(String heading, List<Cell> cells) {
    /** Copies the list. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /** Copies the lists. */
  public Matrix {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a matrix needs a column");
    }
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            row.cells().size() + " cells, " + columns.size() + " columns");
      }
    }
  }

  /**
   * Begins a matrix.
   *
   * @param caption empty for none
   * @param corner what the headings of the rows are
   */
  public static Builder builder(String caption, String corner, List<String> columns) {
    return new Builder(caption, corner, columns);
  }

  /** The columns from one to before another as a table. */
  Table table(int from, int to) {
    List<Column> headings = new ArrayList<>(List.of(new Column(corner, Align.LEFT)));
    columns.subList(from, to).forEach(each -> headings.add(new Column(each, Align.LEFT)));
    List<List<Cell>> lines = new ArrayList<>();
    for (Row row : rows) {
      List<Cell> line = new ArrayList<>(List.of(Cell.of(row.heading())));
      line.addAll(row.cells().subList(from, to));
      lines.add(line);
    }
    return new Table(caption, headings, lines);
  }

  /** All of it as a table. */
  Table table() {
    return table(0, columns.size());
  }

  /** The marks with a sign that occur in it. */
  Set<Mark> marks() {
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    rows.forEach(row -> row.cells().forEach(cell -> marks.add(cell.mark())));
    marks.removeIf(mark -> mark.sign().isEmpty());
    return marks;
  }

  /** Takes down the rows of a matrix. */
  public static final class Builder {
    private final String caption;
    private final String corner;
    private final List<String> columns;
    private final List<Row> rows = new ArrayList<>();

    private Builder(String caption, String corner, List<String> columns) {
      this.caption = caption;
      this.corner = corner;
      this.columns = columns;
    }

    /** Adds a row with a cell for each column. */
    public Builder row(String heading, Cell... cells) {
      return row(heading, List.of(cells));
    }

    /** Adds a row with a cell for each column. */
    public Builder row(String heading, List<Cell> cells) {
      rows.add(new Row(heading, cells));
      return this;
    }

    /** The matrix; {@link IllegalArgumentException} when a row does not fit its columns. */
    public Matrix build() {
      return new Matrix(caption, corner, columns, rows);
    }
  }
}
