package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.experiment.Descriptors.Got;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/** No descriptor for more than the handle, the descriptor that was put, and the modes allow. */
final class ReadOnly extends Promise {
  ReadOnly() {
    super("read-only", "a right to read never yields a descriptor that can be written");
  }

  @Override
  @Nullable String broken(Happened happened) {
    for (SimulatedProcess process : happened.simulation().machine().processes()) {
      for (Held held : process.table().values()) {
        for (Got got : held instanceof Descriptors real ? real.all() : List.<Got>of()) {
          Grant by = got.by();
          String right = by == null ? null : right(by, process, got.file().access());
          if (by != null && right != null) {
            return "%s has a descriptor of %s that is open for %s, %s"
                .formatted(process.actor(), by.path(), got.file().access(), right);
          }
        }
      }
    }
    return null;
  }

  private static @Nullable String right(Grant by, SimulatedProcess process, Access has) {
    if (has.writes() && !by.asked().writes()) {
      return "by a handle for " + by.asked();
    }
    if (has.writes() && !by.held().writes()) {
      return "where one for " + by.held() + " was put";
    }
    return Terms.modesAllow(by, process, has)
        ? null
        : "where its mode was %04o".formatted(by.mode());
  }
}
