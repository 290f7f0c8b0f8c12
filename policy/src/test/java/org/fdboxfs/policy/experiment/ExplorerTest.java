package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.PolicySettings;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  private static Exploration explore(Scenario scenario, int mostStates, String... crashes) {
    try {
      return new Explorer(
              scenario,
              PolicySettings.DEFAULT,
              List.of(),
              Set.of(crashes),
              mostStates,
              (figures, waiting) -> {})
          .explore();
    } catch (ScenarioFailedException e) {
      throw new AssertionError(e);
    }
  }

  private static Exploration explore(Scenario scenario, String... crashes) {
    return explore(scenario, 100_000, crashes);
  }

  private static final Scenario GRID =
      Played.scenario(
          """
          - { actor: alice, do: mkdir, path: a }
          - { actor: alice, do: mkdir, path: a/b }
          - { actor: bob, do: mkdir, path: b }
          - { actor: bob, do: mkdir, path: b/b }
          - { actor: bob, do: mkdir, path: b/c }
          """);

  @Test
  void independentActorsMakeAGrid() {
    Exploration walked = explore(GRID);
    assertThat(walked.holds()).isTrue();
    assertThat(walked.figures().states()).isEqualTo(3 * 4);
    assertThat(walked.figures().transitions()).isEqualTo(2 * 4 + 3 * 3);
    assertThat(walked.figures().depth()).isEqualTo(5);
  }

  @Test
  void aCrashIsOneMoreWayToEndAtEachStep() {
    // Alice is not born before her first step, and after one or two of them may be killed.
    Exploration walked = explore(GRID, "alice");
    assertThat(walked.holds()).isTrue();
    assertThat(walked.figures().states()).isEqualTo((3 + 2) * 4);
  }

  @Test
  void whatAnActorMakesForItselfIsNoMoveOfItsOwn() {
    Exploration walked =
        explore(
            Played.scenario(
                """
                - { actor: alice, do: descriptor, kind: memfd, as: a }
                - { actor: alice, do: descriptor, kind: memfd, as: b }
                - { actor: alice, do: stat, path: . }
                - { actor: bob, do: descriptor, kind: memfd, as: a }
                - { actor: bob, do: stat, path: . }
                - { actor: bob, do: descriptor, kind: memfd, as: c }
                """));
    assertThat(walked.figures().states()).isEqualTo(4);
  }

  /** What comes over a connection may be answered before a RELEASE that was sent first. */
  @Test
  void aGetMayOvertakeARelease() {
    String setup =
        """
        alice mkdir path: box, mode: "0777"
        alice descriptor kind: vfio-device, as: d
        alice put fd: d, path: box/vfio
        alice chmod path: box/vfio, mode: "0666"
        alice exit
        """;
    String closes =
        """
        alice open path: box/vfio, as: h
        alice close handle: h
        """;
    Scenario get = Played.scenario(setup, closes + "bob get path: box/vfio, as: mine");
    Scenario open = Played.scenario(setup, closes + "bob open path: box/vfio, as: mine");
    List<Outcome> outcomes = outcomes(get, new int[] {0, 0, 2});
    assertThat(outcomes.get(2).verdict().label()).isEqualTo("EBUSY");
    assertThat(outcomes(get, new int[] {0, 0, Plan.RELEASE, 2}).get(3).verdict())
        .isEqualTo(Verdict.OK);
    assertThat(outcomes(open, new int[] {0, 0, 2}).get(2).verdict()).isEqualTo(Verdict.OK);
    assertThat(explore(get).figures().states()).isGreaterThan(explore(open).figures().states());
  }

  private static List<Outcome> outcomes(Scenario scenario, int[] moves) {
    List<Outcome> outcomes = new ArrayList<>();
    Plan plan = new Plan(scenario, PolicySettings.DEFAULT, Set.of());
    Trace.play(plan, moves, (move, done) -> outcomes.add(done.outcome()));
    return outcomes;
  }

  @Test
  void aWalkWithoutRoomIsNotComplete() {
    Exploration walked = explore(GRID, 5);
    assertThat(walked.holds()).isFalse();
    assertThat(walked.broken()).isNull();
    assertThat(walked.stopped()).isEqualTo("there are more states than 5");
  }

  @Test
  void equalStatesHaveEqualTextsHoweverTheyWereComeTo() {
    Plan plan = new Plan(GRID, PolicySettings.DEFAULT, Set.of("alice", "bob"));
    String one = Trace.play(plan, new int[] {0, 0, 2, 2, 2}, (move, done) -> {}).text();
    String other = Trace.play(plan, new int[] {2, 0, 2, 0, 2}, (move, done) -> {}).text();
    String less = Trace.play(plan, new int[] {2, 0, 2, 0}, (move, done) -> {}).text();
    assertThat(other).isEqualTo(one).isNotEqualTo(less);
  }
}
