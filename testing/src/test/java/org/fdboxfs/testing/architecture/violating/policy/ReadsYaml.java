package org.fdboxfs.testing.architecture.violating.policy;

import org.snakeyaml.engine.v2.api.LoadSettings;

/** A rule that reads its own file. */
public final class ReadsYaml {
  private ReadsYaml() {}

  static LoadSettings settings() {
    return LoadSettings.builder().build();
  }
}
