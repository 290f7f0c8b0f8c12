package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.fdboxfs.compare.ComparisonException;
import org.fdboxfs.compare.NotHereException;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random scenarios end in the simulator as they do on a real mount, step by step, under policies
 * that speak of different things. The name of a failed test has its policy, the message the seed.
 */
@Tag("fuse")
class RandomScenariosTest {
  private static final int SCENARIOS = 40;
  private static final int STEPS = 50;

  private static final String MODES_DO_NOT_COUNT =
      """
      version: 1
      modes: ignored
      rules:
        - id: changes
          when: caller.uid == 3000 && operation in ['remove', 'rename', 'put']
          deny: EXDEV
        - id: uses
          when: caller.uid == 4002 && operation in ['open', 'list', 'setattr']
          deny: ENXIO
      """;

  private static final String LIMITS =
      """
      version: 1
      rules:
        - { id: one, match: { entry: e }, opens: 1 }
        - { id: two, match: { entry: f }, opens: 3, writers: 1 }
        - { id: no-take, match: { entry: "d/*" }, when: "operation == 'take' && caller.uid == 1000", deny: EPERM }
        - { id: no-change, when: "operation == 'setattr' && caller.uid == 2000", deny: EPIPE }
      groups:
        - { match: { box: b, group: d }, open: reserve, holder: user }
      quotas: { entriesPerBox: 3, boxesPerUser: 1, bytesPerUser: 150 }
      """;

  private static final String CONDITIONS =
      """
      version: 1
      rules:
        - { id: put, when: "operation == 'put' && entry.putter.uid != box.putter.uid", deny: EPERM }
        - { id: held, when: "operation == 'open' && entry.claims > 0 && caller.claims == 0", deny: EDQUOT }
        - { id: made, when: "operation == 'rename' && !caller.madeBox", deny: ENOSPC }
        - { id: members, when: "operation == 'open' && caller.members > 0 && access != 'read'", deny: EMFILE }
      groups:
        - { match: { box: b }, open: in-order, order: [eventfd, memfd] }
      """;

  private static @Nullable TwoStages stages;

  @TempDir private Path directory;

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

  static Stream<Named<String>> policies() {
    return Stream.of(
        Named.of("the default", "version: 1\n"),
        Named.of("modes that do not count", MODES_DO_NOT_COUNT),
        Named.of("limits", LIMITS),
        Named.of("conditions", CONDITIONS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("policies")
  void everyStepEndsAsOnARealMount(String policy)
      throws IOException, ComparisonException, NotHereException, PolicyFormatException {
    Path file = Files.writeString(directory.resolve("policy.yaml"), policy);
    for (long seed = 1; seed <= SCENARIOS; seed++) {
      List<String> differences =
          Objects.requireNonNull(stages).differences(RandomScenario.of(seed, STEPS), file);
      assertThat(differences).as("steps that end differently, with seed %d", seed).isEmpty();
    }
  }
}
