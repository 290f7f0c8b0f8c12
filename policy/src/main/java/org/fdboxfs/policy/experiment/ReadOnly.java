package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.experiment.Descriptors.Got;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/**
 * No descriptor for more than the handle, and neither for more than the descriptor that was put and
 * the modes allow.
 */
final class ReadOnly extends Promise {
  ReadOnly() {
    super("read-only", "a right to read never yields a handle or a descriptor that can be written");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Terms terms = new Terms(happened.simulation());
    for (Holding open : terms.open()) {
      String right = right(open.grant(), open.process(), open.access(), terms);
      if (right != null) {
        return told(open.process(), "handle", open.grant(), open.access(), right);
      }
    }
    for (SimulatedProcess process : happened.simulation().machine().processes()) {
      for (Held held : process.table().values()) {
        for (Got got : held instanceof Descriptors real ? real.all() : List.<Got>of()) {
          Grant by = got.by();
          Access has = got.file().access();
          String right = by == null ? null : right(by, process, has, terms);
          if (by != null && right != null) {
            return told(process, "descriptor", by, has, right);
          }
        }
      }
    }
    return null;
  }

  private static String told(
      SimulatedProcess who, String what, Grant by, Access has, String right) {
    return "%s has a %s of %s that is open for %s, %s"
        .formatted(who.actor(), what, by.path(), has, right);
  }

  private static @Nullable String right(
      Grant by, SimulatedProcess process, Access has, Terms terms) {
    if (has.writes() && !by.asked().writes()) {
      return "by a handle for " + by.asked();
    }
    if (has.writes() && !by.held().writes()) {
      return "where one for " + by.held() + " was put";
    }
    return terms.modesAllow(by, process, has)
        ? null
        : "where its mode was %04o".formatted(by.mode());
  }
}
