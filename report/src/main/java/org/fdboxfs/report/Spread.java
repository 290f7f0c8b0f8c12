package org.fdboxfs.report;

/** Between what most of the measured values lie, such as the 10th and the 90th percentile. */
public record Spread(double low, double high) {
  /** Refuses what is no interval. */
  public Spread {
    if (!(low <= high)) {
      throw new IllegalArgumentException("not an interval: " + low + " to " + high);
    }
  }
}
