package org.fdboxfs.policy.experiment.kernel;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still during a step. */
public final class StepClock implements InstantSource {
  private long seconds;

  @Override
  public Instant instant() {
    return Instant.ofEpochSecond(seconds);
  }

  /** One more step begins. */
  public void advance() {
    seconds++;
  }
}
