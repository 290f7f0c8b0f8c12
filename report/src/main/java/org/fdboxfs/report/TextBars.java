package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.BarChart.Bar;
import org.fdboxfs.report.BarChart.Scale;
import org.jspecify.annotations.Nullable;

/** A bar chart on a terminal: {@code ####--|} is a value and how far its spread reaches. */
final class TextBars {
  private static final int SHORTEST = 8;
  private static final String GAP = "  ";

  private TextBars() {}

  static List<String> lines(BarChart chart, int width) {
    List<Bar> bars = chart.bars();
    int labels = widest(bars.stream().map(TextBars::label).toList());
    int values = widest(bars.stream().map(TextBars::value).toList());
    int length = width - labels - values - 2 * GAP.length();
    if (length < SHORTEST) {
      return new TextGrid(chart.figures(), new Ink(false)).lines(width);
    }
    List<String> lines = new ArrayList<>();
    for (Bar bar : bars) {
      String drawn = drawn(chart, bar, length);
      lines.add(
          Columns.padded(label(bar), labels, false)
              + GAP
              + Columns.padded(drawn, length, false)
              + GAP
              + value(bar));
    }
    if (chart.hasSpreads()) {
      lines.add("in parentheses: " + Printable.of(chart.spreadName()));
    }
    return lines;
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(Columns::width).max().orElse(0);
  }

  private static String label(Bar bar) {
    String series = bar.series().isEmpty() ? "" : ", " + bar.series();
    return Printable.of(bar.label() + series);
  }

  private static String value(Bar bar) {
    Spread spread = bar.spread();
    return Numbers.text(bar.value()) + (spread == null ? "" : " (" + BarChart.text(spread) + ")");
  }

  private static String drawn(BarChart chart, Bar bar, int length) {
    int value = position(chart, bar.value(), length);
    @Nullable Spread spread = bar.spread();
    int end = spread == null ? value : position(chart, spread.high(), length);
    String whisker = end > value ? "-".repeat(end - value - 1) + "|" : "";
    return "#".repeat(value) + whisker;
  }

  /** How many characters from the origin; at least one for what is not zero. */
  private static int position(BarChart chart, double value, int length) {
    if (value <= chart.origin()) {
      return 0;
    }
    double share =
        chart.scale() == Scale.LINEAR
            ? value / chart.largest()
            : Math.log(value / chart.origin()) / Math.log(chart.largest() / chart.origin());
    return Math.max(1, (int) Math.round(share * length));
  }
}
