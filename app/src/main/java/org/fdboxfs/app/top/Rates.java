package org.fdboxfs.app.top;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often things happen a second, over the last five seconds. */
final class Rates {
  private static final long SLOT_NANOS = 500_000_000L;
  private static final int SLOTS = 10;
  private static final double WINDOW_SECONDS = SLOTS * SLOT_NANOS / 1e9;

  private record Slot(long number, long count) {}

  private final LongSupplier nanoTime;
  private final Map<String, Slot[]> counts = new HashMap<>();

  /**
   * @param nanoTime a clock that only goes forward
   */
  Rates(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Counts something that happened now. */
  void count(String type) {
    Slot[] slots = counts.computeIfAbsent(type, ignored -> new Slot[SLOTS]);
    long now = slotNow();
    int index = Math.floorMod(now, SLOTS);
    Slot slot = slots[index];
    boolean isNow = slot != null && slot.number == now;
    slots[index] = new Slot(now, isNow ? slot.count + 1 : 1);
  }

  private long slotNow() {
    return Math.floorDiv(nanoTime.getAsLong(), SLOT_NANOS);
  }

  /** How often it happened a second. */
  double perSecond(String type) {
    long oldest = slotNow() - SLOTS;
    long sum = 0;
    for (Slot slot : counts.getOrDefault(type, new Slot[0])) {
      if (slot != null && slot.number > oldest) {
        sum += slot.count;
      }
    }
    return sum / WINDOW_SECONDS;
  }
}
