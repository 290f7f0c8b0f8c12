package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/** No more holders of an entry than the policy allows: one, of a single-open entry. */
final class OneHolder extends Promise {
  OneHolder() {
    super(
        "one-holder",
        "an entry is never open more often than it may be, nor for writing, and a single-open one"
            + " only once");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Terms terms = new Terms(happened.simulation());
    for (Grant grant : happened.granted()) {
      Entry entry = terms.entry(grant.inode());
      if (entry == null) {
        continue;
      }
      List<Holding> all = terms.holdings(entry);
      if (all.size() > terms.limit(entry)) {
        return entry.path().substring(1) + " is open for " + Terms.actors(all);
      }
      List<Holding> writing = all.stream().filter(each -> each.access().writes()).toList();
      if (writing.size() > terms.writerLimit(entry)) {
        return entry.path().substring(1) + " is open for writing for " + Terms.actors(writing);
      }
    }
    return null;
  }
}
