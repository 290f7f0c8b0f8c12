package org.fdboxfs.testing.architecture.violating.registry;

import org.fdboxfs.policy.Guard;

/** A registry that knows who guards it. */
public final class AsksThePolicy {
  private AsksThePolicy() {}

  static Object journal(Guard guard) {
    return guard.journal();
  }
}
