package org.fdboxfs.policy.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sealed box stays as it is. */
final class SealedBox extends Promise {
  SealedBox() {
    super("sealed", "nothing goes in or out of a sealed box, changes in it or is opened");
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
    return null;
  }
}
