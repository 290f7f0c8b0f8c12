package org.fdboxfs.app.policy;

import java.nio.file.Path;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.Scenario;

/** Scenarios and the policies they are meant for. */
final class Scenarios {
  private final Models models;

  Scenarios(Models models) {
    this.models = models;
  }

  /**
   * A scenario as its file has it.
   *
   * @param own the policy that it is meant for
   */
  record Told(Path file, Scenario scenario, Model own) {}

  /**
   * Reads a scenario.
   *
   * @throws Failure it, or the policy that it names, cannot be read or is not valid; with a line
   *     for each problem
   */
  Told read(String word) {
    Path file = Path.of(word);
    try {
      Scenario scenario = ScenarioReader.read(Models.text(file));
      return new Told(file, scenario, own(file, scenario));
    } catch (PolicyFormatException e) {
      throw new Failure(Models.problems(file, e));
    }
  }

  private Model own(Path file, Scenario scenario) {
    String policy = scenario.policy();
    if (policy == null) {
      return models.read(Models.DEFAULT);
    }
    boolean isFile = policy.contains("/") || policy.contains(".");
    return models.read(isFile ? file.resolveSibling(policy).toString() : policy);
  }
}
