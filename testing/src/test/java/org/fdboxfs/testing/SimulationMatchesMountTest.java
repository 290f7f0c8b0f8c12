package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.fdboxfs.compare.ComparisonException;
import org.fdboxfs.compare.NotHereException;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.config.ShippedModels;
import org.fdboxfs.policy.experiment.Scenario;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shipped scenario is played twice, in the simulator and by real processes on a real mount,
 * and each step must end alike: the guard and the simulator are the same code, and the kernel that
 * is made up behaves as the one that is there.
 */
@Tag("fuse")
class SimulationMatchesMountTest {
  private static @Nullable TwoStages stages;

  private static Path share() {
    return Command.launcher().resolveSibling("../share").normalize();
  }

  @BeforeAll
  static void open() throws IOException, ComparisonException {
    MountedTest.requireFuse();
    stages = TwoStages.open();
  }

  @AfterAll
  static void close() throws IOException, ComparisonException {
    if (stages != null) {
      stages.close();
    }
  }

  /** A scenario under a policy. */
  record Case(Path scenario, @Nullable Path policy) {
    @Override
    public String toString() {
      return scenario.getFileName() + (policy == null ? "" : " under " + policy.getFileName());
    }
  }

  /** Each under its own policy, and those of the experiments under every policy beside them. */
  static Stream<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String directory : List.of("scenarios", "experiments")) {
      for (Path file : files(share().resolve(directory))) {
        if (isScenario(file) && hasDevices(file)) {
          cases.add(new Case(file, ownPolicy(file)));
        }
      }
    }
    List<Path> experiments = files(share().resolve("experiments"));
    List<Path> policies = new ArrayList<>(files(share().resolve("models")));
    experiments.stream().filter(file -> !isScenario(file)).forEach(policies::add);
    for (Path file : experiments) {
      for (Path policy : isScenario(file) ? policies : List.<Path>of()) {
        cases.add(new Case(file, policy));
      }
    }
    assertThat(cases).as("cases in %s", share()).hasSizeGreaterThan(7);
    // One policy after the other, for each is mounted once.
    return cases.stream().distinct().sorted(Comparator.comparing(each -> "" + each.policy()));
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static boolean isScenario(Path file) {
    try {
      return Files.readString(file).contains("\nsteps:");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this machine has the devices that the descriptors of a scenario are made of. */
  private static boolean hasDevices(Path file) {
    Scenario scenario = scenario(file);
    return Stream.concat(scenario.setup().stream(), scenario.steps().stream())
        .map(step -> step.arguments().kind())
        .filter(Objects::nonNull)
        .allMatch(SimulationMatchesMountTest::hasDevice);
  }

  private static boolean hasDevice(FdKind kind) {
    return switch (kind) {
      case IOMMUFD -> Files.exists(Path.of("/dev/iommu"));
      case VFIO_GROUP, VFIO_DEVICE -> Files.exists(Path.of("/dev/vfio"));
      default -> true;
    };
  }

  private static @Nullable Path ownPolicy(Path file) {
    String policy = scenario(file).policy();
    ShippedModels models = new ShippedModels(share().resolve("models"));
    Path beside = Objects.requireNonNull(file.getParent());
    return policy == null ? null : models.resolve(policy, beside).orElse(null);
  }

  private static Scenario scenario(Path file) {
    try {
      return ScenarioReader.read(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (PolicyFormatException e) {
      throw new AssertionError(file + ": " + e.getMessage(), e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyStepEndsAsOnARealMount(Case each)
      throws IOException, ComparisonException, NotHereException, PolicyFormatException {
    List<String> differences =
        Objects.requireNonNull(stages).differences(scenario(each.scenario()), each.policy());
    assertThat(differences).as("steps that end differently").isEmpty();
  }
}
