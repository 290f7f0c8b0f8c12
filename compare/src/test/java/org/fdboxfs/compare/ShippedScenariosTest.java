package org.fdboxfs.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the scenarios that come with fdboxfs answer what they are there for. */
class ShippedScenariosTest {
  private static final Path SHARE = Path.of("../app/src/main/share");

  static List<ScenarioFile> all() {
    ScenarioFiles files = new ScenarioFiles(SHARE.resolve("models"));
    files.add(SHARE.resolve("scenarios"));
    assertThat(files.problems()).isEmpty();
    return files.read();
  }

  @Test
  void everyQuestionHasAnAnswer() {
    assertThat(all().stream().flatMap(each -> each.scenario().questions().stream()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, Scenario.QUESTIONS).boxed().toList());
    assertThat(Question.ALL)
        .extracting(Question::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, Scenario.QUESTIONS).boxed().toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void aScenarioAnswersInSentencesForBothFrontEnds(ScenarioFile file) {
    Scenario scenario = file.scenario();
    assertThat(scenario.questions()).isNotEmpty();
    for (FrontEnd frontEnd : FrontEnd.values()) {
      String says = Objects.requireNonNull(scenario.says().get(frontEnd), frontEnd.label());
      assertThat(says).matches("(?s).*\\.");
      assertThat(scenario.steps())
          .as("a step that could show something else, on the %s", frontEnd)
          .anyMatch(
              step -> step.on().contains(frontEnd) && step.expect().verdict(frontEnd) != null);
    }
  }

  /** An answer is only as good as what is looked at: no step may end in any way at all. */
  @ParameterizedTest
  @MethodSource("all")
  void theStepThatMattersIsOneWithAnExpectation(ScenarioFile file) {
    Scenario scenario = file.scenario();
    assertThat(scenario.steps())
        .filteredOn(step -> step.id().equals(scenario.measure()))
        .singleElement()
        .satisfies(
            step ->
                step.on()
                    .forEach(frontEnd -> assertThat(step.expect().verdict(frontEnd)).isNotNull()));
  }

  @Test
  void neitherFrontEndIsAlwaysBetter() {
    assertThat(all())
        .extracting(each -> each.scenario().better())
        .contains(FrontEnd.FILESYSTEM, FrontEnd.CHARDEV, null);
  }
}
