package org.fdboxfs.model;

import java.time.Instant;

/**
 * A point in time as the kernel has it.
 *
 * @param seconds since the epoch, may be negative
 * @param nanos 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanos) implements Comparable<Timestamp> {
  public static Timestamp of(Instant instant) {
    return new Timestamp(instant.getEpochSecond(), instant.getNano());
  }

  @Override
  public int compareTo(Timestamp other) {
    int bySeconds = Long.compare(seconds, other.seconds);
    return bySeconds != 0 ? bySeconds : Integer.compare(nanos, other.nanos);
  }

  public static Timestamp later(Timestamp a, Timestamp b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
