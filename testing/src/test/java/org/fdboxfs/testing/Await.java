package org.fdboxfs.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, never for a time. */
final class Await {
  private static final Duration BETWEEN = Duration.ofMillis(2);

  private Await() {}

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  /** Fails with what it waited for when that has not come to pass. */
  static void until(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Patience.SHORT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still not so: " + what.get());
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }
}
