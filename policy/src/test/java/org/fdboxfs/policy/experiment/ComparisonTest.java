package org.fdboxfs.policy.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.Comparison.Answer;
import org.fdboxfs.policy.experiment.Comparison.Change;
import org.fdboxfs.policy.experiment.Comparison.ObjectAnswers;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final String SCENARIO =
      """
      version: 1
      title: A box
      actors:
        alice: { uid: 1000 }
        bob: { uid: 1001 }
      setup:
        - { actor: alice, do: mkdir, path: box, mode: "0755" }
        - { actor: alice, do: create, path: box/ram, mode: "0644" }
      steps:
        - { actor: bob, do: open, path: box/ram, access: read, as: held }
      """;

  private static final String OWNER_ONLY =
      """
      version: 1
      rules:
        - id: mine
          when: "operation == 'open' && caller.uid != entry.uid"
          deny: EPERM
      """;

  private static Comparison compare(String scenario, String... policies)
      throws PolicyFormatException, ScenarioFailedException {
    List<PolicySettings> settings = new java.util.ArrayList<>();
    for (String policy : policies) {
      settings.add(PolicyParser.parse(policy));
    }
    return Comparison.of(ScenarioReader.read(scenario), PolicySettings.DEFAULT, settings);
  }

  private static List<Answer> answers(Comparison of, String path, String actor, Ask ask) {
    ObjectAnswers object =
        of.objects().stream().filter(each -> each.path().equals(path)).findFirst().orElseThrow();
    return object.rows().stream()
        .filter(row -> row.actor().equals(actor))
        .findFirst()
        .orElseThrow()
        .answers()
        .get(object.asks().indexOf(ask));
  }

  @Test
  void whoLosesIsTold() throws PolicyFormatException, ScenarioFailedException {
    Comparison comparison = compare(SCENARIO, "version: 1", OWNER_ONLY);
    List<Answer> bobs = answers(comparison, "/box/ram", "bob", Ask.READ);
    assertThat(bobs).extracting(each -> each.verdict().label()).containsExactly("ok", "EPERM");
    assertThat(bobs.get(1).since(bobs.get(0))).isEqualTo(Change.LOSS);
    assertThat(bobs.get(0).since(bobs.get(1))).isEqualTo(Change.GAIN);
    assertThat(bobs.get(1).reason()).startsWith("mine: ");
    List<Answer> alices = answers(comparison, "/box/ram", "alice", Ask.WRITE);
    assertThat(alices).extracting(each -> each.verdict().label()).containsExactly("ok", "ok");
    List<Answer> writes = answers(comparison, "/box/ram", "bob", Ask.WRITE);
    assertThat(writes)
        .extracting(each -> each.verdict().label())
        .containsExactly("EACCES", "EACCES");
    assertThat(comparison.isEven()).isFalse();
  }

  @Test
  void noQuestionChangesTheAnswerToAnother() throws PolicyFormatException, ScenarioFailedException {
    Comparison comparison = compare(SCENARIO, "version: 1", "version: 1");
    assertThat(comparison.isEven()).isTrue();
    for (Ask ask : List.of(Ask.GET, Ask.REMOVE, Ask.RENAME, Ask.READ)) {
      assertThat(answers(comparison, "/box/ram", "alice", ask).get(1).verdict())
          .as(ask.label())
          .isEqualTo(Verdict.OK);
    }
    assertThat(answers(comparison, "/box", "alice", Ask.SEAL).get(0).verdict().label())
        .as("bob has an entry open")
        .isEqualTo("EBUSY");
  }

  @Test
  void theSetupMustSucceed() {
    String broken = SCENARIO.replace("actor: alice, do: create", "actor: bob, do: create");
    assertThatThrownBy(() -> compare(broken, "version: 1", OWNER_ONLY))
        .isInstanceOf(ScenarioFailedException.class)
        .hasMessage(
            "the setup fails: create box/ram 0644 of bob is EACCES"
                + " (posix: the directory may not be changed)")
        .satisfies(
            e -> assertThat(((ScenarioFailedException) e).in("f.yaml")).startsWith("f.yaml:8: "));
  }

  @Test
  void whatWouldTakeForEverIsRefused() {
    StringBuilder many = new StringBuilder(SCENARIO);
    for (int i = 0; i < 500; i++) {
      many.append("  - { actor: alice, do: create, path: box/").append(i).append(" }\n");
    }
    assertThatThrownBy(() -> compare(many.toString(), "version: 1", OWNER_ONLY))
        .isInstanceOf(ScenarioFailedException.class)
        .hasMessageContaining("fewer actors, steps or models");
  }

  @Test
  void aStepIsExplainedByTheRulesThatAreAsked() throws PolicyFormatException {
    Scenario scenario = ScenarioReader.read(SCENARIO);
    Step step = scenario.steps().get(0);
    Explained explained = Explained.of(scenario, PolicyParser.parse(OWNER_ONLY), step);
    assertThat(explained.outcome().verdict().label()).isEqualTo("EPERM");
    assertThat(explained.asked()).hasSize(1);
    assertThat(explained.asked().get(0).decision().verdicts())
        .extracting(verdict -> verdict.rule() + " " + (verdict.deny() == null))
        .contains("posix true", "mine false", "link true");
    assertThat(Explained.of(scenario, PolicySettings.DEFAULT, step).outcome().verdict().isOk())
        .isTrue();
  }
}
