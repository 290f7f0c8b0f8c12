package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headings; the first cell of a row says what the row is about.
 *
 * @param caption empty for none
 */
public record Table(String caption, List<Column> columns, List<List<Cell>> rows) implements Block {
  /** On which side of its column a cell stands. */
  public enum Align {
    LEFT,
    RIGHT
  }

  /** A column. */
  public record Column(String heading, Align align) {}

  /** Copies the lists. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a table needs a column");
    }
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(row.size() + " cells, " + columns.size() + " columns");
      }
    }
  }

  /**
   * Begins a table.
   *
   * @param caption empty for none
   */
  public static Builder builder(String caption) {
    return new Builder(caption);
  }

  /** Takes down a table: its columns, then its rows. */
  public static final class Builder {
    private final String caption;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private Builder(String caption) {
      this.caption = caption;
    }

    /** Adds a column of words. */
    public Builder left(String heading) {
      columns.add(new Column(heading, Align.LEFT));
      return this;
    }

    /** Adds a column of numbers. */
    public Builder right(String heading) {
      columns.add(new Column(heading, Align.RIGHT));
      return this;
    }

    /** Adds a row with a cell for each column. */
    public Builder row(Cell... cells) {
      return row(List.of(cells));
    }

    /** Adds a row with a cell for each column. */
    public Builder row(List<Cell> cells) {
      rows.add(cells);
      return this;
    }

    /** The table; {@link IllegalArgumentException} when a row does not fit its columns. */
    public Table build() {
      return new Table(caption, columns, rows);
    }
  }
}
