package org.fdboxfs.app.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.config.ShippedModels;
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
    if (word.isEmpty()) {
      throw new Failure("the name of a scenario is empty");
    }
    Path file = Path.of(word);
    try {
      Scenario scenario = ScenarioReader.read(FileText.read(file));
      return new Told(file, scenario, own(file, scenario));
    } catch (PolicyFormatException e) {
      throw new Failure(Models.problems(file, e));
    } catch (IOException e) {
      throw new Failure(file + ": " + Failure.reason(e));
    }
  }

  /** By the rules that {@code --model} goes by; a file is beside the scenario. */
  private Model own(Path file, Scenario scenario) {
    String policy = scenario.policy() == null ? ShippedModels.DEFAULT : scenario.policy();
    String place = file + ":" + scenario.policyLine() + ": 'policy': ";
    Path beside = file.getParent();
    try {
      return models.read(policy, beside == null ? Path.of("") : beside);
    } catch (IllegalArgumentException e) {
      throw new Failure(place + e.getMessage());
    } catch (UncheckedIOException e) {
      throw new Failure(place + policy + ": " + Failure.reason(e));
    }
  }
}
