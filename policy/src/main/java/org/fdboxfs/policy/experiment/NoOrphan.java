package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/** A claim ends when nobody has a handle or a descriptor by it. */
final class NoOrphan extends Promise {
  NoOrphan() {
    super("no-orphan", "no claim outlives its holder");
  }

  @Override
  boolean isOfState() {
    return true;
  }

  @Override
  @Nullable String broken(Happened happened) {
    Simulation settled = happened.simulation();
    settled.settle();
    Terms terms = new Terms(settled);
    int listed = 0;
    for (Entry entry : Terms.entries(settled.registry().root())) {
      List<Holding> holdings = terms.holdings(entry, true);
      listed += entry.claims().size();
      if (entry.claims().size() > holdings.size()) {
        return "%s counts %d open, and is open for %s"
            .formatted(entry.path().substring(1), entry.claims().size(), Terms.actors(holdings));
      }
    }
    int ofGone = settled.registry().claims() - listed;
    return ofGone > terms.handlesOnGone()
        ? ofGone + " claims are counted on entries that are gone"
        : null;
  }
}
