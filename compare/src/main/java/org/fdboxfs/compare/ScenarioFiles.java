package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.config.ShippedModels;
import org.fdboxfs.policy.experiment.Scenario;
import org.jspecify.annotations.Nullable;

/** Reads scenario files, and says all that is wrong with any of them. */
public final class ScenarioFiles {
  /** Most files at once: each takes seconds. */
  private static final int MOST = 256;

  private final ShippedModels models;
  private final List<ScenarioFile> read = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param models the directory of the policies that a scenario may name
   */
  public ScenarioFiles(Path models) {
    this.models = new ShippedModels(models);
  }

  /** Reads a file, or all in a directory whose names end in {@code .yaml} or {@code .yml}. */
  public void add(Path path) {
    if (!Files.isDirectory(path)) {
      addFile(path);
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> chosen = files.filter(ScenarioFiles::isScenario).sorted().toList();
      if (chosen.isEmpty()) {
        problems.add(path + ": no file in it ends in .yaml");
      }
      for (Path file : chosen) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
          problems.add(file + ": not a plain file"); // a pipe that nobody writes into
        } else {
          addFile(file);
        }
      }
    } catch (IOException e) {
      problems.add(path + ": cannot be listed");
    }
  }

  private static boolean isScenario(Path file) {
    return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
  }

  private void addFile(Path file) {
    if (read.size() == MOST) {
      problems.add(file + ": more than " + MOST + " scenarios");
      return;
    }
    try {
      String text = FileText.read(file);
      Scenario scenario = ScenarioReader.read(text);
      add(new ScenarioFile(file, scenario, policy(file, scenario)));
    } catch (PolicyFormatException e) {
      add(file, e);
    } catch (IOException e) {
      addUnreadable(file);
    }
  }

  /** One whose name is its own: by that a report tells what came of it. */
  private void add(ScenarioFile scenario) {
    for (ScenarioFile other : read) {
      if (other.name().equals(scenario.name())) {
        problems.add(
            scenario.file()
                + ": a scenario '"
                + scenario.name()
                + "' is there already: "
                + other.file());
        return;
      }
    }
    read.add(scenario);
  }

  private void add(Path file, PolicyFormatException e) {
    e.problems().forEach(each -> problems.add(file + ":" + each.line() + ": " + each.message()));
  }

  private void addUnreadable(Path file) {
    problems.add(file + ": " + (Files.exists(file) ? "cannot be read" : "no such file"));
  }

  /** Where the policy of a scenario is: among those that are shipped, or beside the scenario. */
  private @Nullable Path policy(Path file, Scenario scenario) {
    String name = scenario.policy();
    Path policy = null;
    try {
      Path beside = file.toAbsolutePath().getParent();
      policy = name == null || beside == null ? null : models.resolve(name, beside).orElse(null);
    } catch (IllegalArgumentException e) {
      problems.add(file + ":" + scenario.policyLine() + ": 'policy': " + e.getMessage());
    }
    if (policy == null) {
      return null;
    }
    try {
      PolicyParser.parse(FileText.read(policy));
    } catch (PolicyFormatException e) {
      add(policy, e);
    } catch (IOException e) {
      addUnreadable(policy);
    }
    return policy;
  }

  /** What was read, in the order in which it was asked for. */
  public List<ScenarioFile> read() {
    return List.copyOf(read);
  }

  /** What is wrong, {@code file:line: reason} each. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
