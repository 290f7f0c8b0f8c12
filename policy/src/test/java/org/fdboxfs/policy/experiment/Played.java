package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ScenarioReader;

/** Plays scenarios that say what is expected of each step. */
final class Played {
  /** Some that most scenarios need, weak being a uid 0 without capabilities. */
  private static final String ACTORS =
      """
      actors:
        root: { uid: 0 }
        weak: { uid: 0, capabilities: [] }
        alice: { uid: 1000, groups: [100] }
        bob: { uid: 2000 }
        unit: { uid: 1001, cgroup: "/vmm", executable: /usr/bin/vmm }
        carol: { uid: 3000, gid: 100 }
        chown: { uid: 4000, capabilities: [CAP_CHOWN] }
        fowner: { uid: 4001, capabilities: [CAP_FOWNER] }
        dac: { uid: 4002, capabilities: [CAP_DAC_OVERRIDE] }
        reader: { uid: 4003, capabilities: [CAP_DAC_READ_SEARCH] }
      """;

  private Played() {}

  static Scenario scenario(String steps) {
    return read("steps:\n" + steps);
  }

  private static Scenario read(String sections) {
    try {
      return ScenarioReader.read("version: 1\ntitle: a test\n" + ACTORS + sections);
    } catch (PolicyFormatException e) {
      throw new AssertionError(e);
    }
  }

  static PolicySettings settings(String yaml) {
    try {
      return PolicyParser.parse("version: 1\n" + yaml);
    } catch (PolicyFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Plays lines of {@code ACTOR VERB key: value, ... -> EXPECTED [SHOWN]}. */
  static Simulation lines(PolicySettings settings, String lines) {
    return play(scenario(yaml(lines)), settings);
  }

  private static String yaml(String lines) {
    StringBuilder yaml = new StringBuilder();
    for (String line : lines.strip().split("\n", -1)) {
      String[] halves = line.strip().split(" -> ", -1);
      String[] words = halves[0].strip().split(" ", 3);
      String[] expected = halves.length > 1 ? halves[1].split(" ", 2) : new String[] {"ok"};
      yaml.append("  - { actor: ").append(words[0]).append(", do: ").append(words[1]);
      yaml.append(words.length > 2 ? ", " + words[2].strip() : "");
      yaml.append(", expect: ").append(expected[0].strip());
      if (expected.length > 1) {
        yaml.append(", shows: \"").append(expected[1].strip()).append('"');
      }
      yaml.append(" }\n");
    }
    return yaml.toString();
  }

  /** A scenario of such lines. */
  static Scenario scenario(String setup, String steps) {
    return read("setup:\n" + yaml(setup) + "steps:\n" + yaml(steps));
  }

  static Simulation lines(String lines) {
    return lines(PolicySettings.DEFAULT, lines);
  }

  /** That every step of a scenario ends as it says. */
  static Simulation play(Scenario scenario, PolicySettings settings) {
    Simulation simulation = new Simulation(scenario, settings);
    for (Step step : scenario.setup()) {
      check(simulation, step);
    }
    for (Step step : scenario.steps()) {
      check(simulation, step);
    }
    return simulation;
  }

  private static void check(Simulation simulation, Step step) {
    Outcome outcome = simulation.run(step);
    assertThat(step.expect().isMetBy(FrontEnd.FILESYSTEM, outcome))
        .as(
            "%s: %s of %s came out as %s %s%s, not as %s",
            step.id(),
            step.verb().label(),
            step.actor(),
            outcome.verdict(),
            outcome.text(),
            simulation.reason(),
            step.expect())
        .isTrue();
  }
}
