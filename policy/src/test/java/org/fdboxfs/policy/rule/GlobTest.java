package org.fdboxfs.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest(name = "{0} matches {1}")
  @CsvSource({
    "ram0, ram0",
    "ram*, ram",
    "ram*, ram0",
    "*0, ram0",
    "*a*, ram0",
    "r?m0, ram0",
    "ram[0-9], ram7",
    "ram[!0-9], ramx",
    "ram[]x], ram]",
    "ram[!]x], ramy",
    "ram[a-], ram-",
    "a\\*b, a*b",
    "a\\[b, a[b",
    "net*/vfio?, net0/vfio1",
    "*/*, a/b",
    "*a*/b, xaya/b",
    "**, a",
  })
  void matches(String pattern, String text) {
    assertThat(Glob.of(pattern).matches(text)).isTrue();
  }

  @ParameterizedTest(name = "{0} does not match {1}")
  @CsvSource({
    "ram0, ram",
    "ram, ram0",
    "ram, xram",
    "Ram0, ram0",
    "r?m0, rm0",
    "ram[0-9], ramx",
    "ram[!0-9], ram7",
    "a\\*b, axb",
    "net*, net0/vfio1",
    "a?b, a/b",
    "a[!x]b, a/b",
    "*b, a/b",
    "*/*/*, a/b",
  })
  void doesNotMatch(String pattern, String text) {
    assertThat(Glob.of(pattern).matches(text)).isFalse();
  }

  @Test
  void anyMatchesEverything() {
    assertThat(Glob.ANY.matches("")).isTrue();
    assertThat(Glob.ANY.matches("a/b/c")).isTrue();
  }

  @ParameterizedTest(name = "{0} is refused")
  @ValueSource(strings = {"a[", "a[]", "a[!]", "[abc", "a\\"})
  void whatIsNotClosedIsRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Glob.of(pattern))
        .withMessageContaining(pattern);
  }

  @Test
  void manyStarsTakeNoLongTime() {
    Glob glob = Glob.of("*a".repeat(1000) + "b");
    String text = "a".repeat(4000);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(glob.matches(text)).isFalse());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void agreesWithRegularExpressions(long seed) {
    var random = new SplittableRandom(seed);
    for (int step = 0; step < 20_000; step++) {
      String pattern = pick(random, "ab/*?", 8);
      String text = pick(random, "ab/", 10);
      assertThat(Glob.of(pattern).matches(text))
          .as("%s against %s", pattern, text)
          .isEqualTo(pattern.equals("*") || asRegex(pattern).matcher(text).matches());
    }
  }

  private static Pattern asRegex(String glob) {
    return Pattern.compile(glob.replace("*", "[^/]*").replace("?", "[^/]"));
  }

  private static String pick(SplittableRandom random, String alphabet, int longest) {
    StringBuilder picked = new StringBuilder();
    for (int left = random.nextInt(longest + 1); left > 0; left--) {
      picked.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return picked.toString();
  }
}
