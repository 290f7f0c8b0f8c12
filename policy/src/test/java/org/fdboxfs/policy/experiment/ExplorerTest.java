package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.PolicySettings;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  private static Exploration explore(Scenario scenario, String... crashes) {
    try {
      return new Explorer(
              scenario,
              PolicySettings.DEFAULT,
              List.of(),
              Set.of(crashes),
              1_000_000,
              (figures, waiting) -> {})
          .explore();
    } catch (ScenarioFailedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void independentActorsMakeAGrid() {
    Exploration walked =
        explore(
            Played.scenario(
                """
                - { actor: alice, do: mkdir, path: a }
                - { actor: alice, do: mkdir, path: a/b }
                - { actor: bob, do: mkdir, path: b }
                - { actor: bob, do: mkdir, path: b/b }
                - { actor: bob, do: mkdir, path: b/c }
                """));
    assertThat(walked.holds()).isTrue();
    assertThat(walked.figures().states()).isEqualTo(3 * 4);
    assertThat(walked.figures().transitions()).isEqualTo(2 * 4 + 3 * 3);
    assertThat(walked.figures().depth()).isEqualTo(5);
  }
}
