package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Mistakes in the guard are found, each by a shortest way; without them all holds. */
class MutationsTest {
  /**
   * A mistake and a scenario that shows it.
   *
   * @param scenario setup, an empty line, steps
   * @param found what is told of it
   */
  private record Seeded(
      Mutation mutation, String policy, String crashes, String scenario, String found) {
    @Override
    public String toString() {
      return mutation.name();
    }
  }

  @SuppressWarnings("unchecked")
  static List<Seeded> seeded() throws IOException {
    try (InputStream file = MutationsTest.class.getResourceAsStream("mistakes.yaml")) {
      var all =
          (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromInputStream(file);
      return ((List<Map<String, String>>) all.getOrDefault("mistakes", List.of()))
          .stream().map(MutationsTest::seeded).toList();
    }
  }

  private static Seeded seeded(Map<String, String> each) {
    return new Seeded(
        Mutation.valueOf(each.getOrDefault("mistake", "")),
        each.getOrDefault("policy", ""),
        each.getOrDefault("crashes", ""),
        each.getOrDefault("setup", "") + "\n" + each.getOrDefault("steps", ""),
        each.getOrDefault("found", ""));
  }

  /** What the modes of an entry forbid others may be what they need, where modes do not count. */
  @Test
  void whereModesDoNotCountNobodyIsHeldToThem() {
    assertThat(
            Walk.explore(
                """
                modes: ignored
                rules:
                  - { id: nobody, when: "caller.uid == 1", deny: EPERM }
                """,
                "",
                """
                alice mkdir path: box, mode: "0777"
                alice create path: box/ram, mode: "0644"
                alice create path: box/any, mode: "0666"

                alice chmod path: box, mode: "0000"
                bob obtain path: box/ram, as: real
                bob open path: box/ram, as: handle
                bob create path: box/new
                bob remove path: box/any
                """))
        .isEmpty();
  }

  private static List<String> lines(String text) {
    return text.strip().lines().toList();
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void aMistakeIsFoundByAShortestWay(Seeded seeded) {
    List<String> found =
        new Mutant(seeded.mutation()).explore(seeded.policy(), seeded.crashes(), seeded.scenario());
    assertThat(found).isEqualTo(lines(seeded.found()));
  }

  @ParameterizedTest
  @MethodSource("seeded")
  void withoutTheMistakeEverythingHolds(Seeded seeded) {
    assertThat(new Mutant(null).explore(seeded.policy(), seeded.crashes(), seeded.scenario()))
        .isEmpty();
  }

  @Test
  void everyMistakeIsSeeded() throws IOException {
    Set<Mutation> all = EnumSet.noneOf(Mutation.class);
    seeded().forEach(each -> all.add(each.mutation()));
    assertThat(all).containsAll(Arrays.asList(Mutation.values()));
  }
}
