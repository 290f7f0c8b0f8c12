package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Values as horizontal bars. Bars that follow one another with the same label stand together, one
 * for each series.
 *
 * @param caption what is shown
 * @param unit of the values, empty for numbers as such
 * @param scale of the axis
 * @param spreadName what a spread is, such as {@code p10 to p90}
 */
public record BarChart(String caption, String unit, Scale scale, String spreadName, List<Bar> bars)
    implements Chart {
  /** How far right a value lies. */
  public enum Scale {
    LINEAR,
    /** Each factor of ten as wide as the others. */
    LOGARITHMIC
  }

  /**
   * A bar.
   *
   * @param series empty when there is only one
   * @param value not negative, and finite
   */
  public record Bar(String label, String series, double value, @Nullable Spread spread) {
    /** Refuses what cannot be drawn. */
    public Bar {
      if (!Double.isFinite(value) || value < 0) {
        throw new IllegalArgumentException("not the length of a bar: " + value);
      }
      if (spread != null && (spread.low() < 0 || !Double.isFinite(spread.high()))) {
        throw new IllegalArgumentException("outside of the axis: " + spread);
      }
    }
  }

  /** Copies the list. */
  public BarChart {
    bars = List.copyOf(bars);
  }

  /**
   * Begins a chart.
   *
   * @param unit of the values, empty for numbers as such
   */
  public static Builder builder(String caption, String unit) {
    return new Builder(caption, unit);
  }

  @Override
  public String title() {
    String axis = unit + (scale == Scale.LOGARITHMIC ? " (logarithmic)" : "");
    return caption + (axis.isEmpty() ? "" : ", " + axis);
  }

  /** The largest value or end of a spread; 0 without bars. */
  double largest() {
    return ends().max().orElse(0);
  }

  /** Where the axis begins. */
  double origin() {
    if (scale == Scale.LINEAR) {
      return 0;
    }
    // A whole power of ten, and less than the smallest value: its bar has to be seen.
    double smallest = ends().filter(each -> each > 0).min().orElse(1);
    double power = Math.pow(10, Math.floor(Math.log10(smallest)));
    return power < smallest ? power : power / 10;
  }

  private DoubleStream ends() {
    return bars.stream()
        .flatMapToDouble(
            bar ->
                bar.spread() == null
                    ? DoubleStream.of(bar.value())
                    : DoubleStream.of(bar.value(), bar.spread().low(), bar.spread().high()));
  }

  boolean hasSeries() {
    return bars.stream().anyMatch(bar -> !bar.series().isEmpty());
  }

  boolean hasSpreads() {
    return bars.stream().anyMatch(bar -> bar.spread() != null);
  }

  @Override
  public Table figures() {
    Table.Builder table = Table.builder("").left("");
    if (hasSeries()) {
      table.left("series");
    }
    table.right(unit.isEmpty() ? "value" : unit);
    if (hasSpreads()) {
      table.right(spreadName);
    }
    for (Bar bar : bars) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(bar.label())));
      if (hasSeries()) {
        row.add(Cell.of(bar.series()));
      }
      row.add(Cell.of(bar.value()));
      if (hasSpreads()) {
        row.add(Cell.of(text(bar.spread())));
      }
      table.row(row);
    }
    return table.build();
  }

  static String text(@Nullable Spread spread) {
    return spread == null ? "" : Numbers.text(spread.low()) + " to " + Numbers.text(spread.high());
  }

  /** Takes down a chart. */
  public static final class Builder {
    private final String caption;
    private final String unit;
    private final List<Bar> bars = new ArrayList<>();
    private Scale scale = Scale.LINEAR;
    private String spreadName = "p10 to p90";

    private Builder(String caption, String unit) {
      this.caption = caption;
      this.unit = unit;
    }

    /** Each factor of ten as wide as the others. */
    public Builder logarithmic() {
      scale = Scale.LOGARITHMIC;
      return this;
    }

    /** What a spread is; {@code p10 to p90} unless told. */
    public Builder spreadName(String name) {
      spreadName = name;
      return this;
    }

    /** Adds a bar of the only series. */
    public Builder bar(String label, double value) {
      return bar(new Bar(label, "", value, null));
    }

    /** Adds a bar of the only series. */
    public Builder bar(String label, double value, Spread spread) {
      return bar(new Bar(label, "", value, spread));
    }

    /** Adds a bar. */
    public Builder bar(Bar bar) {
      bars.add(bar);
      return this;
    }

    /** The chart. */
    public BarChart build() {
      return new BarChart(caption, unit, scale, spreadName, bars);
    }
  }
}
