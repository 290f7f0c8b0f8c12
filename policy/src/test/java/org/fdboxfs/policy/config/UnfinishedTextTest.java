package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfinishedTextTest {
  private static final String WHOLE =
      """
      version: 1
      kinds:
        file: { allow: true }
      rules:
        # one at a time
        - id: one
          match: { box: "vm*",
                   entry: "ram*" }
          when: |
            operation == 'open' &&
            caller.uid == 0
          opens: 1
      groups:
        - match: { box: "vm*", group: "net*" }
          open: in-order
          order:
            - iommufd
            - vfio-device
      """;

  @Test
  void everyBeginningOfAGoodTextCouldGoOn() throws PolicyFormatException {
    PolicyParser.parse(WHOLE);
    String[] lines = WHOLE.split("(?<=\n)", -1);
    String beginning = "";
    for (String line : lines) {
      beginning += line;
      assertThat(mayGoOn(beginning)).as(beginning).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\n",
        "version: 2\n",
        "kinds: { memdf: { allow: true } }\n",
        "version: 1\nrules:\n  - opens: 0\n  - id: next\n",
        "quotas: { entriesPerBox: -1 }\n",
        "kinds:\n  memdf: { allow: true }\nrules:\n",
      })
  void whatNoFurtherLineMendsIsToldAtOnce(String text) {
    assertThat(mayGoOn(text)).isFalse();
  }

  private static boolean mayGoOn(String text) {
    PolicyFormatException refusal =
        catchThrowableOfType(PolicyFormatException.class, () -> PolicyParser.parse(text));
    return refusal == null || UnfinishedText.explains(text, refusal);
  }
}
