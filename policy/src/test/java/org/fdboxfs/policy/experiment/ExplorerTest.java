package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.experiment.Exploration.Broken;
import org.fdboxfs.policy.experiment.Exploration.Traced;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  private static Exploration explore(Scenario scenario, int mostStates, String... crashes) {
    return explore(scenario, PolicySettings.DEFAULT, List.of(), mostStates, crashes);
  }

  private static Exploration explore(
      Scenario scenario,
      PolicySettings settings,
      List<Stated> stated,
      int mostStates,
      String... crashes) {
    try {
      return new Explorer(
              scenario, settings, stated, Set.of(crashes), mostStates, (figures, waiting) -> {})
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

  private static String textOf(Scenario scenario, String policy, int... way) {
    Plan plan = new Plan(scenario, Played.settings(policy), Set.of());
    return Trace.play(plan, way, (move, done) -> {}).text();
  }

  /** root and weak are the same user: what tells them apart is what each may. */
  @Test
  void whoMadeSomethingIsPartOfTheState() {
    Scenario boxes =
        Played.scenario(
            """
        - { actor: root, do: mkdir, path: box }
        - { actor: weak, do: mkdir, path: box }
        """);
    assertThat(textOf(boxes, "", 0, 2)).isNotEqualTo(textOf(boxes, "", 2, 0));
    Scenario entries =
        Played.scenario(
            "alice mkdir path: box, mode: \"0777\"",
            """
        root create path: box/ram
        weak create path: box/ram
        """);
    assertThat(textOf(entries, "", 0, 2)).isNotEqualTo(textOf(entries, "", 2, 0));
    assertThat(explore(entries).figures().states()).isEqualTo(5);
  }

  /** Two ways to states that differ in nothing but who put the entry: only one lets bob in. */
  @Test
  void statesThatARuleTellsApartAreBothWalked() {
    String mighty =
        """
        rules:
          - id: not-of-the-mighty
            when: "caller.uid == 2000 && 'CAP_CHOWN' in entry.putter.capabilities"
            deny: EPERM
        """;
    Scenario scenario =
        Played.scenario(
            "root mkdir path: box, mode: \"0700\"",
            """
            root create path: box/ram, mode: "0666"
            root chmod path: box, mode: "0755"
            weak create path: box/ram, mode: "0666"
            bob open path: box/ram, as: h
            """);
    Stated never =
        new Stated(
            new Invariant(1, "never", "bob has it"),
            state -> !state.holders("box/ram").contains("bob"));
    Broken broken = explore(scenario, Played.settings(mighty), List.of(never), 100_000).broken();
    assertThat(broken).isNotNull();
    assertThat(broken == null ? List.of() : broken.trace())
        .extracting(Traced::actor)
        .containsExactly("weak", "root", "root", "bob");
  }

  @Test
  void timeIsPartOfTheStateWhereARuleAsksForIt() {
    Scenario scenario =
        Played.scenario(
            "alice mkdir path: box, mode: \"0777\"",
            """
        alice create path: box/ram
        bob stat path: .
        """);
    String ages = "rules: [{ id: old, when: entry.age > 1, deny: EPERM }]";
    assertThat(textOf(scenario, ages, 0, 2)).isNotEqualTo(textOf(scenario, ages, 2, 0));
    assertThat(textOf(scenario, "", 0, 2)).isEqualTo(textOf(scenario, "", 2, 0));
  }

  /** A write to memory that was taken counts against a quota when somebody looks. */
  @Test
  void whatAQuotaCountsIsPartOfTheState() {
    Scenario scenario =
        Played.scenario(
            """
        alice mkdir path: box, mode: "0777"
        alice create path: box/ram
        alice obtain path: box/ram, as: real
        """,
            """
        alice write handle: real, text: grown
        bob stat path: box/ram
        """);
    assertThat(textOf(scenario, "", 0, 2)).isNotEqualTo(textOf(scenario, "", 2, 0));
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
