package org.fdboxfs.app.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {
  private long now = -TimeUnit.HOURS.toNanos(1); // nanoTime may be negative
  private final Rates rates = new Rates(() -> now);

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aRateIsThatOfTheLastFiveSeconds() {
    for (int second = 0; second < 20; second++) {
      rates.count("open");
      rates.count("open");
      rates.count("put");
      pass(1000);
    }
    assertThat(rates.perSecond("open")).isEqualTo(2 * rates.perSecond("put")).isBetween(1.6, 2.0);
    assertThat(rates.perSecond("deny")).isZero();
  }

  @Test
  void aRateFallsWhenNothingHappens() {
    rates.count("open");
    pass(4_400);
    assertThat(rates.perSecond("open")).isEqualTo(0.2);
    pass(1_000);
    assertThat(rates.perSecond("open")).isZero();
  }
}
