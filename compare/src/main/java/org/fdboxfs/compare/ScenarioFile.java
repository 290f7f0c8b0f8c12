package org.fdboxfs.compare;

import java.nio.file.Path;
import org.fdboxfs.policy.experiment.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * A scenario and where it comes from.
 *
 * @param policy what its mounts begin with; null for the default
 */
public record ScenarioFile(Path file, Scenario scenario, @Nullable Path policy) {
  /** The name of the file without its ending, by which people speak of it. */
  public String name() {
    return String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
  }
}
