package org.fdboxfs.compare;

import java.util.Arrays;
import java.util.List;

/**
 * How long something took, over several times.
 *
 * @param median nanoseconds, as p10 and p90
 */
record Latency(double median, double p10, double p90) {
  /** Of at least one time. */
  static Latency of(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Latency(at(sorted, 0.5), at(sorted, 0.1), at(sorted, 0.9));
  }

  /** Between its neighbours, in proportion. */
  private static double at(long[] sorted, double share) {
    if (sorted.length == 0) {
      throw new IllegalArgumentException("nothing was measured: " + Arrays.toString(sorted));
    }
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}
