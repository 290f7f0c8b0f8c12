package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Set;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.experiment.Exploration;
import org.fdboxfs.policy.experiment.Explorer;
import org.fdboxfs.policy.experiment.Invariant;
import org.fdboxfs.policy.experiment.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvariantCompilerTest {
  private static final String SCENARIO =
      """
      version: 1
      title: two writers
      actors:
        alice: { uid: 1000 }
        bob: { uid: 2000 }
      setup:
        - { actor: alice, do: mkdir, path: box, mode: "0755" }
        - { actor: alice, do: create, path: box/ram, mode: "0666" }
      steps:
        - { actor: alice, do: open, path: box/ram, as: h }
        - { actor: alice, do: take, handle: h, as: real }
        - { actor: alice, do: close, handle: h }
        - { actor: bob, do: open, path: box/ram, access: read, as: h }
      """;

  private static Exploration explore(String always) throws Exception {
    Scenario scenario = ScenarioReader.read(SCENARIO);
    return new Explorer(
            scenario,
            PolicySettings.DEFAULT,
            InvariantCompiler.compile(List.of(new Invariant(7, "stated", always))),
            Set.of(),
            10_000,
            (figures, waiting) -> {})
        .explore();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "entries == ['box/ram'] && boxes == ['box'] && actors == ['alice', 'bob']",
        "exists('box/ram') && !exists('box/rom') && exists('box')",
        "kind('box/ram') == 'memfd' && mode('box/ram') == 438 && uid('box') == 1000",
        "gid('box') == 1000 && uid('nothing') == -1 && kind('box') == ''",
        "boxes.all(b, !sealed(b)) && !sealed('box/ram')",
        "entries.all(e, size(holders(e)) <= 2 && claims(e) <= 2)",
        "entries.all(e, !('bob' in writers(e)) && writers(e).all(w, w == 'alice'))",
        "!('bob' in readers('box/ram')) || 'bob' in holders('box/ram')",
        "actors.all(access, access != 'mallory')",
        "alive('alice') || holders('box/ram').all(h, h == 'bob')"
      })
  void whatIsTrueOfEveryStateHolds(String always) throws Exception {
    assertThat(explore(always).holds()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "entries.all(e, size(holders(e)) <= 1) | 2",
        "claims('box/ram') == 0 | 1",
        "!('bob' in readers('box/ram')) | 1",
        "claims('box/ram') == size(holders('box/ram')) | 3",
        "!exists('box') | 0"
      })
  void aShortestWayToWhatIsFalseIsFound(String always, int length) throws Exception {
    Exploration walked = explore(always);
    assertThat(walked.broken()).isNotNull();
    assertThat(walked.broken() == null ? List.of() : walked.broken().trace()).hasSize(length);
    assertThat(String.valueOf(walked.broken())).contains("stated", always);
  }

  @Test
  void whatCannotBeEvaluatedCountsAsBroken() throws Exception {
    assertThat(String.valueOf(explore("1 / claims('box/ram') >= 0").broken()))
        .contains("could not be evaluated", "zero");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size(holdrs('box')) == 0 | unknown function 'holdrs' (did you mean 'holders'?)",
        "entries.all(e, kind(e) != 'vfio-devce') | unknown kind 'vfio-devce' (did you mean 'vfio-device'?)",
        "entrys.all(e, exists(e)) | unknown name 'entrys' (did you mean 'entries'?)",
        "claims('box') | is not a condition: it gives int, not bool",
        "caller.uid == 0 | unknown name 'caller' (known: entries, boxes, actors)",
        "entries.map(e, holders(e)).size() == 0 | has a value of type list(list), which is not"
            + " supported"
      })
  void whatIsWrongIsSaidWithItsLine(String always, String message) {
    PolicyFormatException refusal =
        catchThrowableOfType(PolicyFormatException.class, () -> explore(always));
    assertThat(refusal).hasMessage("line 7: 'always': " + message);
  }
}
