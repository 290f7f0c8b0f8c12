package org.fdboxfs.testing.architecture.violating.client;

import org.fdboxfs.model.Names;

/** A client that cannot be had without the daemon's modules. */
public final class LooksInside {
  private LooksInside() {}

  static Class<?> names() {
    return Names.class;
  }
}
