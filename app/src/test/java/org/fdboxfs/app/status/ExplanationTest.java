package org.fdboxfs.app.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  @Test
  void aDenialIsAStory() throws IOException {
    Explanation answer =
        Explanation.parse(
            """
            {"decision":"deny","rule":"single-open","errno":"EBUSY","reason":"qemu (12) has it",
             "rules":[{"id":"posix","verdict":"no objection"},
                      {"id":"single-open","verdict":"EBUSY: qemu (12) has it"}]}
            """);
    assertThat(answer.permitted()).isFalse();
    assertThat(String.join("\n", answer.story("open /vm1/vfio0 for read, as root")))
        .isEqualTo(
            """
            open /vm1/vfio0 for read, as root
              denied: EBUSY (in use)
              rule:   single-open
              why:    qemu (12) has it

            RULE         SAYS
            posix        no objection
            single-open  EBUSY: qemu (12) has it""");
  }

  @Test
  void aPermissionIsShort() throws IOException {
    Explanation answer = Explanation.parse("{\"decision\":\"permit\"}");
    assertThat(answer.permitted()).isTrue();
    assertThat(answer.story("open /a")).containsExactly("open /a", "  permitted");
  }

  @Test
  void whatIsNoAnswerIsAnError() {
    assertThatThrownBy(() -> Explanation.parse("")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Explanation.parse("{}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Explanation.parse("[")).isInstanceOf(IOException.class);
  }

  @Test
  void theLastDenialThatMatchesCounts() {
    String lines =
        """
        {"rule":"seal","errno":"EBUSY","reason":"old","path":"/vm1","operation":"seal"}
        {"rule":"seal","errno":"EBUSY","reason":"1 claim","path":"/vm1","operation":"seal"}
        {"rule":"seal","errno":"EBUSY","reason":"other","path":"/vm2","operation":"seal"}
        {"rule":"posix","errno":"EACCES","reason":"other","path":"/vm1","operation":"open"}
        not json
        """;
    assertThat(Denial.last(lines, "/vm1", Set.of("seal", "unseal")).map(Denial::sentence))
        .contains("EBUSY (in use): 1 claim [rule seal]");
    assertThat(Denial.last(lines, "/vm3", Set.of("seal"))).isEmpty();
  }
}
