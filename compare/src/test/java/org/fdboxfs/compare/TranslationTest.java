package org.fdboxfs.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.ScenarioReader;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TranslationTest {
  private static final String NOTHING = "not offered";

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void isWhatTheFrontEndOffers(String step, String filesystem, String device)
      throws PolicyFormatException {
    Scenario scenario =
        ScenarioReader.read(
            """
            version: 1
            title: t
            actors: { a: { uid: 0 } }
            setup: [ { actor: a, do: descriptor, kind: memfd, as: h } ]
            steps: [ { actor: a, %s } ]
            """
                .formatted(step));
    Step only = scenario.steps().get(0);

    assertThat(words(FrontEnd.FILESYSTEM, only)).isEqualTo(filesystem);
    assertThat(words(FrontEnd.CHARDEV, only)).isEqualTo(device);
  }

  private static String words(FrontEnd frontEnd, Step step) {
    Optional<List<String>> command = Translation.command(frontEnd, step);
    return command.map(words -> String.join("|", words)).orElse(NOTHING);
  }

  static Stream<Arguments> steps() {
    return Stream.of(
        arguments("do: mkdir, path: b", "fs-mkdir|b|0755", "dev-create|b"),
        arguments("do: mkdir, path: b/d, mode: 0700", "fs-mkdir|b/d|0700", NOTHING),
        arguments("do: rmdir, path: b", "fs-rmdir|b", "dev-delete|b"),
        arguments("do: put, fd: h, path: b/e", "fs-put|h|b/e", "dev-put|h|b|e"),
        arguments("do: put, fd: h, path: b/d/e", "fs-put|h|b/d/e", NOTHING),
        arguments("do: put, fd: h, path: b", "fs-put|h|b", NOTHING),
        arguments("do: obtain, path: b/e, as: x", "fs-obtain|b/e|x", "dev-get|b|e|x"),
        arguments("do: get, path: b/e", "fs-get|b/e|", "dev-get|b|e|"),
        arguments("do: open, path: b/e, access: read, as: x", "fs-open|b/e|read|x", NOTHING),
        arguments("do: take, handle: h, as: x", "fs-take|h|x", NOTHING),
        arguments("do: create, path: b/e, size: 2KiB", "fs-create|b/e|0644|2048", NOTHING),
        arguments("do: remove, path: b/e", "fs-remove|b/e", NOTHING),
        arguments("do: rename, path: b/e, to: b/f", "fs-rename|b/e|b/f", NOTHING),
        arguments("do: chmod, path: b, mode: 0640", "fs-chmod|b|0640", "dev-chmod|b|0640"),
        arguments("do: chown, path: b, uid: 5", "fs-chown|b|5|-1", "dev-chown|b|5|-1"),
        arguments(
            "do: mark, path: b, link: in-order", "fs-set|b|user.fdbox.link|in-order", NOTHING),
        arguments("do: seal, path: b", "fs-set|b|user.fdbox.state|sealed", "dev-seal|b"),
        arguments("do: unseal, path: b", "fs-set|b|user.fdbox.state|live", "dev-unseal|b"),
        arguments("do: list, path: .", "fs-list|.", NOTHING),
        arguments("do: stat, path: b", "fs-stat|b", "dev-stat|b"),
        arguments("do: stat, path: .", "fs-stat|.", NOTHING),
        arguments("do: read, path: b/e", "read|/b/e|0", NOTHING),
        arguments("do: map, path: b/e", "map|/b/e|0", NOTHING),
        arguments("do: write, handle: h, text: x y", "write|h|x y", "write|h|x y"),
        arguments("do: close, handle: h", "close|h", "close|h"),
        arguments(
            "do: descriptor, kind: eventfd, as: x",
            "descriptor|eventfd|x|0",
            "descriptor|eventfd|x|0"));
  }
}
