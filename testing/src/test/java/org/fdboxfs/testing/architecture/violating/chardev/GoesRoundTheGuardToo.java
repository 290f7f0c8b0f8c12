package org.fdboxfs.testing.architecture.violating.chardev;

import org.fdboxfs.registry.Registry;

/** A front end that reaches the registry by itself. */
public final class GoesRoundTheGuardToo {
  private GoesRoundTheGuardToo() {}

  static int entries(Registry registry) {
    return registry.entries();
  }
}
