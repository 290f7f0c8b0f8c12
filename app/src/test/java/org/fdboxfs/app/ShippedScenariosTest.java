package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shipped ends in the simulation as it says that it does. */
class ShippedScenariosTest {
  private static final Path SHARE = Path.of("src/main/share");

  static List<Path> files() throws IOException {
    try (Stream<Path> scenarios = Files.list(SHARE.resolve("scenarios"));
        Stream<Path> experiments = Files.list(SHARE.resolve("experiments"))) {
      return Stream.concat(scenarios, experiments.filter(ShippedScenariosTest::isScenario))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** Beside them are the policies of some of them. */
  private static boolean isScenario(Path file) {
    try {
      return Files.readString(file).contains("\nsteps:");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aScenarioEndsAsItSays(Path file) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Fdboxfs.run(
            List.of("policy", "simulate", file.toString()),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    assertThat(status).as("%s%s", out, err).isZero();
    assertThat(err.toString()).isEmpty();
  }
}
