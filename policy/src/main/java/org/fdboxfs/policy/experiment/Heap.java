package org.fdboxfs.policy.experiment;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;

/** How much of the heap is really in use, for what would otherwise go on until it is full. */
public final class Heap {
  /** Beyond that part of it a program does little but collect garbage. */
  private static final double FULL = 0.85;

  private Heap() {}

  /** Whether the last collection of all that lives long left hardly any room. */
  public static boolean isFull() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage after = isOld(pool) ? pool.getCollectionUsage() : null;
      long most = after == null ? -1 : after.getMax(); // less than 0 where there is none
      if (after != null && most > 0 && after.getUsed() > FULL * most) {
        return true;
      }
    }
    return false;
  }

  /** Serial, parallel and G1 collectors call it so. */
  private static boolean isOld(MemoryPoolMXBean pool) {
    return pool.getName().endsWith("Tenured Gen") || pool.getName().endsWith("Old Gen");
  }
}
