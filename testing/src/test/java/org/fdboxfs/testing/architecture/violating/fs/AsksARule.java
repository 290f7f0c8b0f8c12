package org.fdboxfs.testing.architecture.violating.fs;

import org.fdboxfs.policy.rule.SealRule;

/** A front end that decides. */
public final class AsksARule {
  private AsksARule() {}

  static String id() {
    return new SealRule().id();
  }
}
