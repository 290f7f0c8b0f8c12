package org.fdboxfs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fdboxfs.report.BarChart.Bar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "12, 12",
    "4.1, 4.1",
    "0.000123456, 0.0001235",
    "999.95, 1000",
    "12345.678, 12346",
    "1e14, 100000000000000",
    "2.5e20, 2.5E+20",
    "-0.5, -0.5",
    "NaN, NaN"
  })
  void aNumberHasTheDigitsThatAnybodyReads(double number, String text) {
    assertThat(Cell.of(number).text()).isEqualTo(text);
  }

  @Test
  void whatCannotBeSeenIsEscaped() {
    assertThat(Printable.of("a\033[2Jb\nc")).isEqualTo("a\\033[2Jb\\012c");
    assertThat(Printable.of("\u009b")).isEqualTo("\\233");
    assertThat(Printable.of("\u202ea\u200b")).isEqualTo("\\u{202e}a\\u{200b}");
    assertThat(Printable.of("\ud800")).isEqualTo("\\u{d800}");
    assertThat(Printable.of("r\u00e9sum\u00e9 \ud83d\ude00"))
        .isEqualTo("r\u00e9sum\u00e9 \ud83d\ude00");
  }

  @Test
  void aRowThatDoesNotFitIsRefused() {
    Table.Builder table = Table.builder("").left("a").row(Cell.of("1"), Cell.of("2"));
    assertThatThrownBy(table::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 cells, 1 columns");
    Matrix.Builder matrix = Matrix.builder("", "", List.of("a", "b")).row("x", Cell.of("1"));
    assertThatThrownBy(matrix::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells, 2 columns");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aBarHasALength(double value) {
    assertThatThrownBy(() -> new Bar("a", "", value, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSpreadIsAnInterval() {
    assertThatThrownBy(() -> new Spread(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Spread(Double.NaN, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"4.1, 1", "10, 1", "0.02, 0.01", "1000, 100", "0, 0.1"})
  void aLogarithmicAxisBeginsBelowItsSmallestValue(double value, double origin) {
    BarChart chart = BarChart.builder("", "").logarithmic().bar("a", value).build();
    assertThat(chart.origin())
        .isCloseTo(origin, org.assertj.core.data.Percentage.withPercentage(1));
  }
}
