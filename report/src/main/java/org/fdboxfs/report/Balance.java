package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Losses to the left of a line and gains to the right, a row for each who has any to tell of. Rows
 * that follow one another with the same group stand together.
 *
 * @param title what is gained and lost
 */
public record Balance(String title, List<Row> rows) implements Chart {
  /**
   * A row.
   *
   * @param losses not negative, as gains
   */
  public record Row(String group, String label, long losses, long gains) {
    /** Refuses what cannot be drawn. */
    public Row {
      if (losses < 0 || gains < 0) {
        throw new IllegalArgumentException("not the length of a bar: " + losses + ", " + gains);
      }
    }
  }

  /** Copies the list. */
  public Balance {
    rows = List.copyOf(rows);
  }

  /** Begins one. */
  public static Builder builder(String title) {
    return new Builder(title);
  }

  /** The largest of all gains and losses; 0 without any. */
  long largest() {
    return rows.stream().mapToLong(row -> Math.max(row.losses(), row.gains())).max().orElse(0);
  }

  @Override
  public Table figures() {
    Table.Builder table = Table.builder("").left("").left("").right("lost").right("gained");
    for (Row row : rows) {
      table.row(
          Cell.of(row.group()),
          Cell.of(row.label()),
          (row.losses() == 0 ? Mark.NONE : Mark.LOSS).on(Long.toString(row.losses())),
          (row.gains() == 0 ? Mark.NONE : Mark.GAIN).on(Long.toString(row.gains())));
    }
    return table.build();
  }

  /** Takes down the rows. */
  public static final class Builder {
    private final String title;
    private final List<Row> rows = new ArrayList<>();

    private Builder(String title) {
      this.title = title;
    }

    /** Adds a row. */
    public Builder row(String group, String label, long losses, long gains) {
      rows.add(new Row(group, label, losses, gains));
      return this;
    }

    /** All of them. */
    public Balance build() {
      return new Balance(title, rows);
    }
  }
}
