package org.fdboxfs.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.fdboxfs.model.Errno;
import org.fdboxfs.policy.experiment.Outcome;
import org.fdboxfs.policy.experiment.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
  @Test
  void whatWentWellHasTimeAndText() throws NotHereException {
    Answer answer = Answer.parse("ok 1500 irq%20ram%0A", List.of("openat", "close"));

    assertThat(answer.outcome()).isEqualTo(new Outcome(Verdict.OK, "irq ram\n"));
    assertThat(answer.nanos()).isEqualTo(1500);
    assertThat(answer.calls()).containsExactly("openat", "close");
  }

  @Test
  void whatFailedHasItsErrnoEvenIfNobodyHasANameForIt() throws NotHereException {
    assertThat(Answer.parse("error 13 20", List.of()).outcome().verdict())
        .isEqualTo(Verdict.failed(Errno.EACCES));
    assertThat(Answer.parse("error 131 20", List.of()).outcome().verdict().label())
        .isEqualTo("errno 131");
  }

  @Test
  void whatTheMachineLacksIsNoOutcome() {
    assertThatThrownBy(() -> Answer.parse("unable iommufd%3A%20gone", List.of()))
        .isInstanceOf(NotHereException.class)
        .hasMessage("iommufd: gone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ok", "ok x", "error", "error 0 1", "error 13", "unknown foo", "ok 1 %4"})
  void nothingElseIsAnAnswer(String line) {
    assertThatThrownBy(() -> Answer.parse(line, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b", "%", "\n", "é\u2028", "../x:|", "$HOME"})
  void wordsComeBackAsTheyWere(String word) {
    assertThat(Wire.encode(word)).isNotEmpty().doesNotContain(" ").doesNotContain("\n");
    assertThat(word.isEmpty() ? "" : Wire.decode(Wire.encode(word))).isEqualTo(word);
  }

  @Test
  void aLatencyIsTheMedianWithWhatLiesAroundIt() {
    Latency latency = Latency.of(List.of(50L, 10L, 30L, 20L, 40L));

    assertThat(latency.median()).isEqualTo(30);
    assertThat(latency.p10()).isCloseTo(14, within(1e-9));
    assertThat(latency.p90()).isCloseTo(46, within(1e-9));
    assertThatThrownBy(() -> Latency.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
