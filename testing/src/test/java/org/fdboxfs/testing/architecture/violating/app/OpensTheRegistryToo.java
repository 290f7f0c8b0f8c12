package org.fdboxfs.testing.architecture.violating.app;

import org.fdboxfs.registry.Registry;

/** A command that is not the one place that wires. */
public final class OpensTheRegistryToo {
  private OpensTheRegistryToo() {}

  static int entries(Registry registry) {
    return registry.entries();
  }
}
