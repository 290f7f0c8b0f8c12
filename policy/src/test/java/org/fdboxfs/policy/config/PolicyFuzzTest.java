package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, it is taken or refused; nothing else comes out. */
class PolicyFuzzTest {
  private static final int STEPS = 1_500;
  private static final String EXAMPLE = PolicyParserTest.EXAMPLE;
  private static final List<String> WORDS =
      List.of(
          "unlimited",
          "-1",
          "0",
          "1e9",
          "null",
          "~",
          "true",
          "&a ",
          "*a",
          "!!int ",
          "<<: ",
          "? ",
          "---\n",
          "...\n",
          "|\n",
          ">-\n",
          "%YAML 1.3\n",
          "%TAG ! x\n",
          "\t",
          "\0",
          "\uFEFF",
          "\uD800",
          "\u2028",
          "\r",
          "'",
          "\"",
          "\"\\x\"",
          "\\U00110000",
          "[",
          "]",
          "{",
          "}",
          ",",
          ": ",
          "- ",
          "#",
          "vfio-group",
          "EBUSY",
          "when: ",
          "deny: ",
          "match: ",
          "caller.uid",
          "99999999999999999999",
          "[[[[[[[[[[[[[[[[[[[[",
          "!<tag:x> ",
          "%41",
          "`",
          "@");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void mutantsOfTheExample(long seed) {
    var random = new SplittableRandom(seed);
    int taken = 0;
    for (int step = 0; step < STEPS; step++) {
      String yaml = EXAMPLE;
      for (int left = 1 + random.nextInt(4); left > 0; left--) {
        yaml = mutate(yaml, random);
      }
      taken += taken(yaml, step) ? 1 : 0;
    }
    assertThat(taken).as("mutants that are policies").isBetween(STEPS / 100, STEPS / 2);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void soupOfWords(long seed) {
    var random = new SplittableRandom(seed);
    for (int step = 0; step < STEPS; step++) {
      StringBuilder yaml = new StringBuilder("rules:\n  - ");
      for (int left = random.nextInt(12); left > 0; left--) {
        yaml.append(WORDS.get(random.nextInt(WORDS.size())));
        yaml.append(random.nextInt(4) == 0 ? "\n" : "");
      }
      taken(yaml.toString(), step);
    }
  }

  private static String mutate(String yaml, SplittableRandom random) {
    int at = random.nextInt(yaml.length() + 1);
    int end = Math.min(yaml.length(), at + random.nextInt(20));
    String cut = yaml.substring(at, end);
    return switch (random.nextInt(6)) {
      case 0 -> yaml.substring(0, at) + yaml.substring(end);
      case 1 -> yaml.substring(0, at) + word(random) + yaml.substring(at);
      case 2 -> yaml.substring(0, at) + word(random) + yaml.substring(end);
      case 3 -> yaml.substring(0, at) + cut + cut + yaml.substring(end);
      case 4 -> yaml.substring(0, at) + (char) random.nextInt(0x100) + yaml.substring(at);
      default -> withoutLine(yaml, at);
    };
  }

  private static String word(SplittableRandom random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static String withoutLine(String yaml, int at) {
    int start = yaml.lastIndexOf('\n', at - 1) + 1;
    int end = yaml.indexOf('\n', at);
    return yaml.substring(0, start) + (end < 0 ? "" : yaml.substring(end + 1));
  }

  private static boolean taken(String yaml, int step) {
    try {
      PolicySettings settings = PolicyParser.parse(yaml);
      assertThat(settings.rules()).doesNotContainNull();
      return true;
    } catch (PolicyFormatException e) {
      assertThat(e.problems()).isNotEmpty();
      for (Problem problem : e.problems()) {
        assertThat(problem.line()).isBetween(1, (int) yaml.lines().count() + 1);
        assertThat(problem.message().lines()).as("lines of the message").hasSize(1);
      }
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("step " + step + ", file:\n" + yaml, e);
    }
  }
}
