package org.fdboxfs.fake;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Timestamp;

/** A clock that stands until it is told to go on. */
public final class FakeClock implements InstantSource {
  private final AtomicLong seconds = new AtomicLong(1_000);

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(seconds.get());
  }

  /** Lets one second pass; returns what the clock shows then. */
  public Timestamp tick() {
    return new Timestamp(seconds.incrementAndGet(), 0);
  }
}
