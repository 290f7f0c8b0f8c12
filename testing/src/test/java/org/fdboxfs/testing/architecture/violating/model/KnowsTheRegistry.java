package org.fdboxfs.testing.architecture.violating.model;

import org.fdboxfs.registry.Registry;

/** A word that knows who uses it. */
public final class KnowsTheRegistry {
  private KnowsTheRegistry() {}

  static int entries(Registry registry) {
    return registry.entries();
  }
}
