package org.fdboxfs.app.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {
  @ParameterizedTest
  @CsvSource({"'24 132\n', 132", "'0 0\n', 80", "'', 80", "nonsense, 80", "'24 99999', 80"})
  void theWidthIsWhatSttySays(String size, int width) {
    assertThat(Screen.width(size)).isEqualTo(width);
  }
}
