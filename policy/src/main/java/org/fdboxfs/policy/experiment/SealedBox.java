package org.fdboxfs.policy.experiment;

import java.util.List;
import java.util.Map;
import org.fdboxfs.policy.experiment.Terms.Holding;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;

/** A sealed box stays as it is. */
final class SealedBox extends Promise {
  SealedBox() {
    super(
        "sealed",
        "nothing goes in or out of a sealed box, changes in it or is opened, and none is sealed while"
            + " somebody has what is in it");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Sealed now = Sealed.of(happened.simulation());
    for (Map.Entry<String, String> each : happened.sealedBefore().boxes().entrySet()) {
      String name = each.getKey();
      String after = now.boxes().get(name);
      if (after == null) {
        continue; // it was unsealed
      }
      if (!after.equals(each.getValue())) {
        return name + " changed while it was sealed";
      }
      for (Grant grant : happened.granted()) {
        if (grant.path().startsWith(name + "/")) {
          return grant.path() + " was opened while " + name + " was sealed";
        }
      }
    }
    return sealedWhileOpen(happened);
  }

  private static @Nullable String sealedWhileOpen(Happened happened) {
    Step step = happened.step();
    if (step == null || !happened.did(Verb.SEAL)) {
      return null;
    }
    Terms terms = new Terms(happened.simulation());
    Directory box = (Directory) happened.simulation().registry().root().child(step.path());
    for (Entry entry : box == null ? List.<Entry>of() : Terms.entries(box)) {
      List<Holding> holdings = terms.holdings(entry);
      if (!holdings.isEmpty()) {
        return "%s was sealed while %s has %s"
            .formatted(step.path(), Terms.actors(holdings), entry.path().substring(1));
      }
    }
    return null;
  }
}
