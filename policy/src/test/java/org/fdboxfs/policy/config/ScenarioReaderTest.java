package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.experiment.Actor;
import org.fdboxfs.policy.experiment.Capability;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Invariant;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verb;
import org.fdboxfs.policy.experiment.Verdict;
import org.fdboxfs.policy.rule.Link;
import org.junit.jupiter.api.Test;

class ScenarioReaderTest {
  static final String EXAMPLE =
      """
      version: 1
      title: The same path opened twice
      questions: [4, 7]
      about: |
        Two open one path.
        Then the third.
      policy: fdbox
      actors:
        root: { uid: 0 }
        bare: { uid: 0, capabilities: [] }
        alice: { uid: 1000, gid: 100, groups: [6, 7], capabilities: [CAP_SYS_ADMIN],
                 cgroup: /vmm.service, executable: /usr/bin/qemu }
        bob: { uid: 4294967294, capabilities: all }
      setup:
        - { actor: alice, do: mkdir, path: vm1, mode: "0700" }
        - { actor: alice, do: descriptor, kind: pipe, as: p }
        - { actor: alice, do: put, fd: p-write, path: vm1/ram }
      steps:
        - id: first
          actor: alice
          do: open
          path: vm1/ram
          access: read-write
          as: h1
          expect: ok
        - { actor: bob, do: obtain, path: vm1/ram, as: real, expect: { filesystem: EACCES, chardev: EPERM } }
        - { actor: alice, do: take, handle: h1, as: t, expect: { chardev: not-offered } }
        - { actor: alice, do: list, path: ., on: filesystem, shows: vm1, shell: { filesystem: ls } }
        - { actor: alice, do: mark, path: vm1/nics, link: in-order }
        - { actor: alice, do: chown, path: vm1, gid: 6 }
        - { actor: alice, do: write, path: vm1/ram, text: 5 }
      measure: first
      says: { filesystem: It opens., chardev: It does not. }
      better: filesystem
      invariants:
        - { id: one-holder, always: "true" }
        - always: |
            1 == 1
      """;

  @Test
  void readsAllThatThereIs() throws PolicyFormatException {
    Scenario scenario = ScenarioReader.read(EXAMPLE);

    assertThat(scenario.title()).isEqualTo("The same path opened twice");
    assertThat(scenario.questions()).containsExactly(4, 7);
    assertThat(scenario.about()).isEqualTo("Two open one path.\nThen the third.");
    assertThat(scenario.policy()).isEqualTo("fdbox");
    assertThat(scenario.measure()).isEqualTo("first");
    assertThat(scenario.says())
        .isEqualTo(Map.of(FrontEnd.FILESYSTEM, "It opens.", FrontEnd.CHARDEV, "It does not."));
    assertThat(scenario.better()).isEqualTo(FrontEnd.FILESYSTEM);
    assertThat(scenario.setup()).hasSize(3);
    assertThat(scenario.steps()).hasSize(7);
    assertThat(scenario.invariants())
        .containsExactly(
            new Invariant(36, "one-holder", "true"), new Invariant(37, "invariant-2", "1 == 1\n"));
  }

  @Test
  void readsActors() throws PolicyFormatException {
    Scenario scenario = ScenarioReader.read(EXAMPLE);

    assertThat(scenario.actors())
        .extracting(Actor::name)
        .containsExactly("root", "bare", "alice", "bob");
    assertThat(scenario.actor("root").capabilities()).isEqualTo(EnumSet.allOf(Capability.class));
    assertThat(scenario.actor("bare").capabilities()).isEmpty();
    assertThat(scenario.actor("alice"))
        .isEqualTo(
            new Actor(
                11,
                "alice",
                1000,
                100,
                Set.of(6, 7),
                Set.of(Capability.CAP_SYS_ADMIN),
                "/vmm.service",
                "/usr/bin/qemu"));
    assertThat(scenario.actor("bob").uid()).isEqualTo(-2);
    assertThat(scenario.actor("bob").gid()).isEqualTo(-2);
    assertThat(scenario.actor("bob").capabilities()).hasSize(41);
  }

  @Test
  void readsSteps() throws PolicyFormatException {
    Scenario scenario = ScenarioReader.read(EXAMPLE);
    List<Step> steps = scenario.steps();

    assertThat(scenario.setup())
        .extracting(Step::id)
        .containsExactly("setup-1", "setup-2", "setup-3");
    assertThat(scenario.setup().get(0).arguments().mode()).isEqualTo(0700);
    assertThat(scenario.setup().get(1).arguments().kind()).isEqualTo(FdKind.PIPE);
    assertThat(scenario.setup().get(1).names()).containsExactly("p", "p-write");
    assertThat(scenario.setup().get(2).handle()).isEqualTo("p-write");
    assertThat(steps.get(0).id()).isEqualTo("first");
    assertThat(steps.get(0).line()).isEqualTo(19);
    assertThat(steps.get(0).verb()).isEqualTo(Verb.OPEN);
    assertThat(steps.get(0).path()).isEqualTo("vm1/ram");
    assertThat(steps.get(0).arguments().access()).isEqualTo(Access.READ_WRITE);
    assertThat(steps.get(0).on()).containsExactlyInAnyOrder(FrontEnd.values());
    assertThat(steps.get(1).id()).isEqualTo("step-2");
    assertThat(steps.get(3).on()).containsExactly(FrontEnd.FILESYSTEM);
    assertThat(steps.get(3).shell()).isEqualTo(Map.of(FrontEnd.FILESYSTEM, "ls"));
    assertThat(steps.get(4).arguments().link()).isEqualTo(Link.Open.IN_ORDER);
    assertThat(steps.get(5).arguments().uid()).isNull();
    assertThat(steps.get(5).arguments().gid()).isEqualTo(6);
    assertThat(steps.get(6).arguments().text()).isEqualTo("5");
  }

  @Test
  void comparesWhatCameWithWhatWasExpected() throws PolicyFormatException {
    List<Step> steps = ScenarioReader.read(EXAMPLE).steps();
    Outcome refused = Outcome.of(Verdict.failed(Errno.EACCES));

    assertThat(steps.get(0).expect().isMetBy(FrontEnd.CHARDEV, Outcome.of(Verdict.OK))).isTrue();
    assertThat(steps.get(0).expect().isMetBy(FrontEnd.CHARDEV, refused)).isFalse();
    assertThat(steps.get(1).expect().isMetBy(FrontEnd.FILESYSTEM, refused)).isTrue();
    assertThat(steps.get(1).expect().isMetBy(FrontEnd.CHARDEV, refused)).isFalse();
    assertThat(steps.get(2).expect().verdict(FrontEnd.FILESYSTEM)).isNull();
    assertThat(steps.get(2).expect().isMetBy(FrontEnd.FILESYSTEM, refused)).isTrue();
    assertThat(steps.get(3).expect().isMetBy(FrontEnd.FILESYSTEM, new Outcome(Verdict.OK, "a vm1")))
        .isTrue();
    assertThat(steps.get(3).expect().isMetBy(FrontEnd.FILESYSTEM, new Outcome(Verdict.OK, "a vm2")))
        .isFalse();
  }

  @Test
  void needsLittle() throws PolicyFormatException {
    Scenario scenario =
        ScenarioReader.read(
            """
            version: 1
            title: Little
            actors: { a: { uid: 5 } }
            steps:
              - { actor: a, do: exit }
            """);

    assertThat(scenario.policy()).isNull();
    assertThat(scenario.better()).isNull();
    assertThat(scenario.measure()).isEqualTo("step-1");
    assertThat(scenario.setup()).isEmpty();
    assertThat(scenario.actor("a").gid()).isEqualTo(5);
  }

  @Test
  void capabilitiesHaveTheirNumbers() {
    assertThat(Capability.CAP_CHOWN.number()).isZero();
    assertThat(Capability.CAP_SYS_ADMIN.number()).isEqualTo(21);
    assertThat(Capability.CAP_CHECKPOINT_RESTORE.number()).isEqualTo(40);
  }
}
