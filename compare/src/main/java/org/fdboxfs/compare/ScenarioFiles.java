package org.fdboxfs.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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

  private static final int MOST_BYTES = 1 << 20;

  /** What a scenario calls the policy that holds without one. */
  private static final String DEFAULT = "default";

  private static final Pattern POLICY = Pattern.compile("\\s*(['\"]?)policy\\1\\s*:.*");

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
    String text = text(file);
    if (text == null) {
      return;
    }
    try {
      Scenario scenario = ScenarioReader.read(text);
      add(new ScenarioFile(file, scenario, policy(file, text, scenario.policy())));
    } catch (PolicyFormatException e) {
      e.problems().forEach(each -> problems.add(file + ":" + each.line() + ": " + each.message()));
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

  private @Nullable String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        problems.add(file + ":1: longer than " + MOST_BYTES + " bytes");
        return null;
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      problems.add(file + ":1: not UTF-8");
    } catch (IOException e) {
      problems.add(file + ": " + (Files.exists(file) ? "cannot be read" : "no such file"));
    }
    return null;
  }

  /** Where the policy of a scenario is: among those that are shipped, or beside the scenario. */
  private @Nullable Path policy(Path file, String text, @Nullable String name) {
    if (name == null || name.equals(DEFAULT)) {
      return null;
    }
    Path shipped = models.resolve(name + ".yaml");
    Path policy = Files.exists(shipped) ? shipped : file.toAbsolutePath().resolveSibling(name);
    if (!Files.isRegularFile(policy)) {
      problems.add(
          file
              + ":"
              + lineOfPolicy(text)
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

  /** The first where it may be: whatever else would look so is within a text. */
  private static long lineOfPolicy(String text) {
    long before = text.lines().takeWhile(line -> !POLICY.matcher(line).matches()).count();
    return before == text.lines().count() ? 1 : before + 1;
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
