package org.fdboxfs.testing.architecture.violating.fs;

import org.fdboxfs.registry.Registry;

/** A front end that asks nobody. */
public final class GoesRoundTheGuard {
  private GoesRoundTheGuard() {}

  static int entries(Registry registry) {
    return registry.entries();
  }
}
