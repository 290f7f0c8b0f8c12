package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.Scenario;
import org.jspecify.annotations.Nullable;

/** Reads scenario files, and says all that is wrong with any of them. */
public final class ScenarioFiles {
  /** Most files at once: each takes seconds. */
  private static final int MOST = 256;

  private static final long MOST_BYTES = 1 << 20;

  private final Path models;
  private final List<ScenarioFile> read = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param models the directory of the policies that a scenario may name
   */
  public ScenarioFiles(Path models) {
    this.models = models;
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
      chosen.forEach(this::addFile);
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
    String text = text(file);
    if (text == null) {
      return;
    }
    try {
      Scenario scenario = ScenarioReader.read(text);
      read.add(new ScenarioFile(file, scenario, policy(file, text, scenario.policy())));
    } catch (PolicyFormatException e) {
      e.problems().forEach(each -> problems.add(file + ":" + each.line() + ": " + each.message()));
    }
  }

  private @Nullable String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        problems.add(file + ":1: longer than " + MOST_BYTES + " bytes");
        return null;
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      problems.add(file + ":1: not UTF-8");
    } catch (IOException e) {
      problems.add(file + ": " + (Files.exists(file) ? "cannot be read" : "no such file"));
    }
    return null;
  }

  /** Where the policy of a scenario is: among those that are shipped, or beside the scenario. */
  private @Nullable Path policy(Path file, String text, @Nullable String name) {
    if (name == null) {
      return null;
    }
    Path shipped = models.resolve(name + ".yaml");
    Path policy = Files.exists(shipped) ? shipped : file.toAbsolutePath().resolveSibling(name);
    if (!Files.isRegularFile(policy)) {
      problems.add(
          file
              + ":"
              + lineOf(text, "policy:")
              + ": there is no policy '"
              + name
              + "', neither shipped nor as a file beside the scenario");
      return null;
    }
    String yaml = text(policy);
    try {
      PolicyParser.parse(yaml == null ? "" : yaml);
    } catch (PolicyFormatException e) {
      e.problems()
          .forEach(each -> problems.add(policy + ":" + each.line() + ": " + each.message()));
    }
    return policy;
  }

  private static int lineOf(String text, String start) {
    return (int) text.lines().takeWhile(line -> !line.startsWith(start)).count() + 1;
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
