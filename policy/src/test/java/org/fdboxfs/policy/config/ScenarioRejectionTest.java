package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioRejectionTest {
  /** Three lines, so that what follows begins on the fourth. */
  private static final String HEAD = "version: 1\ntitle: t\nactors: {a: {uid: 1}, bob: {uid: 2}}\n";

  private static final String REST = "version: 1\ntitle: t\nsteps: [{actor: a, do: exit}]\n";

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void isRefusedWithItsLine(String message, String yaml) {
    assertThat(refusal(yaml)).isEqualTo(message);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(documents(), actors(), steps(), keys(), handles(), invariants())
        .flatMap(part -> part);
  }

  private static Stream<Arguments> documents() {
    return Stream.of(
        arguments("line 1: the file is empty", ""),
        arguments("line 1: the file is empty", "# nothing\n"),
        arguments("line 1: a scenario takes a mapping, not a list", "- a"),
        arguments("line 2: a second document; a scenario is one", "version: 1\n---\nversion: 1"),
        arguments(
            """
            line 1: a scenario needs 'title'
            line 1: a scenario needs 'actors'
            line 1: a scenario needs 'steps'""",
            "version: 1"),
        arguments(
            "line 1: 'version' must be 1, not '2'",
            "version: 2\ntitle: t\nactors: {a: {uid: 1}}\nsteps: [{actor: a, do: exit}]"),
        arguments("line 4: unknown key 'setpus' (did you mean 'setup'?)", withSteps("setpus: []")),
        arguments("line 4: 'questions' are numbered from 1 to 21", withSteps("questions: [22]")),
        arguments("line 4: duplicate question 4", withSteps("questions: [4, 4]")),
        arguments("line 4: 'policy' takes one line", withSteps("policy: \"a\\nb\"")),
        arguments(
            "line 4: unknown step 'step-2' (did you mean 'step-1'?)", withSteps("measure: step-2")),
        arguments(
            "line 4: unknown front end 'chardevice' (did you mean 'chardev'?)",
            withSteps("better: chardevice")),
        arguments(
            "line 4: unknown front end 'fuse' (known: filesystem, chardev)",
            withSteps("says: {fuse: x}")),
        arguments("line 1: 'steps' has none", HEAD + "steps: []"),
        arguments("line 1: 'steps' has none", HEAD + "steps:"),
        arguments("line 4: 'steps' takes a list, not a mapping", HEAD + "steps: {a: b}"));
  }

  private static Stream<Arguments> actors() {
    return Stream.of(
        arguments("line 4: 'actors' has nobody", REST + "actors: {}"),
        arguments("line 4: 'actors' takes a mapping, not a list", REST + "actors: [a]"),
        arguments("line 4: actor 'a' needs 'uid'", REST + "actors: {a: {}}"),
        arguments("line 4: actor 'a' takes a mapping, not '5'", REST + "actors: {a: 5}"),
        arguments("line 6: duplicate actor 'a'", REST + "actors:\n  a: {uid: 1}\n  a: {uid: 2}"),
        arguments(
            "line 4: 'uid' takes a number up to 4294967294 or the name of a user, not '-1'",
            REST + "actors: {a: {uid: -1}}"),
        arguments(
            "line 4: 'gid' takes a number up to 4294967294 or the name of a group, not '4294967295'",
            REST + "actors: {a: {uid: 1, gid: 4294967295}}"),
        arguments(
            "line 4: 'groups': there is no group 'no-such-group'",
            REST + "actors: {a: {uid: 1, groups: [no-such-group]}}"),
        arguments(
            "line 4: unknown capability 'CAP_SYSADMIN' (did you mean 'CAP_SYS_ADMIN'?)",
            REST + "actors: {a: {uid: 1, capabilities: [CAP_SYSADMIN]}}"),
        arguments(
            "line 4: 'capabilities' takes a list, not 'every'",
            REST + "actors: {a: {uid: 1, capabilities: every}}"),
        arguments(
            "line 4: the name of an actor takes letters, digits, '_' and '-', at most 64: 'a b'",
            "version: 1\ntitle: t\nsteps: [{actor: a, do: exit}]\nactors: {a: {uid: 1}, a b: {uid: 1}}"),
        arguments(
            "line 4: more than 64 actors",
            REST + "actors: {a: {uid: 1}" + repeat(64, ", a%d: {uid: 1}") + "}"));
  }

  private static Stream<Arguments> steps() {
    return Stream.of(
        arguments("line 5: a step takes a mapping, not 'exit'", step("exit")),
        arguments("line 5: a step needs 'actor'", step("{do: exit}")),
        arguments("line 5: a step needs 'do'", step("{actor: a}")),
        arguments(
            "line 5: unknown actor 'bobb' (did you mean 'bob'?)", step("{actor: bobb, do: exit}")),
        arguments(
            "line 5: unknown verb 'opne' (did you mean 'open'?)",
            step("{actor: a, do: opne, path: b/e}")),
        arguments(
            "line 5: unknown key 'paht' (did you mean 'path'?)\nline 5: 'rmdir' needs 'path'",
            step("{actor: a, do: rmdir, paht: b}")),
        arguments(
            "line 6: duplicate id 'x'",
            step("{actor: a, do: exit, id: x}\n  - {actor: a, do: exit, id: x}")),
        arguments(
            "line 5: unknown verb 'opne' (did you mean 'open'?)",
            step("{actor: a, do: opne, path: b/e, id: x}\nmeasure: x")),
        arguments(
            "line 6: duplicate id 'x'\nline 7: unknown step 'y' (known: x)",
            step("{actor: a, do: exit, id: x}\n  - {actor: a, do: exit, id: x}\nmeasure: y")),
        arguments(
            "line 6: duplicate id 'step-2'",
            step("{actor: a, do: exit, id: step-2}\n  - {actor: a, do: exit}")),
        arguments(
            "line 4: more than 1024 steps",
            HEAD + "steps: [" + repeat(1025, "{id: s%d, actor: a, do: exit},") + "]"),
        arguments(
            "line 5: more than 1023 steps",
            HEAD
                + "setup: [{actor: a, do: exit}]\nsteps: ["
                + repeat(1024, "{id: s%d, actor: a, do: exit},")
                + "]"));
  }

  private static Stream<Arguments> keys() {
    return Stream.of(
        arguments(
            "line 5: 'list' takes no 'mode'", step("{actor: a, do: list, path: b, mode: 0700}")),
        arguments("line 5: 'put' needs 'fd'", step("{actor: a, do: put, path: b/e}")),
        arguments("line 5: 'read' needs one of 'handle' and 'path'", step("{actor: a, do: read}")),
        arguments("line 5: 'chown' needs 'uid' or 'gid'", step("{actor: a, do: chown, path: b}")),
        arguments(
            "line 5: 'path' takes a path such as box/name, not '/b'",
            step("{actor: a, do: rmdir, path: /b}")),
        arguments(
            "line 5: 'path' takes a path such as box/name, not 'b/../c'",
            step("{actor: a, do: rmdir, path: b/../c}")),
        arguments(
            "line 5: 'path' takes a path such as box/name, not 'b '",
            step("{actor: a, do: rmdir, path: \"b\\0\"}")),
        arguments(
            "line 5: 'mode' takes an octal mode such as \"0700\", not '0789'",
            step("{actor: a, do: mkdir, path: b, mode: 0789}")),
        arguments(
            "line 5: unknown access 'readwrite' (did you mean 'read-write'?)",
            step("{actor: a, do: open, path: b/e, access: readwrite}")),
        arguments(
            "line 5: unknown link 'inorder' (did you mean 'in-order'?)",
            step("{actor: a, do: mark, path: b, link: inorder}")),
        arguments(
            "line 5: unknown kind 'memdf' (did you mean 'memfd'?)",
            step("{actor: a, do: descriptor, kind: memdf, as: m}")),
        arguments(
            "line 5: unknown outcome 'EACESS' (did you mean 'EACCES'?)",
            step("{actor: a, do: exit, expect: EACESS}")),
        arguments(
            "line 5: unknown outcome 'okay'",
            step("{actor: a, do: exit, expect: {chardev: okay}}")),
        arguments(
            "line 5: unknown front end 'device' (known: filesystem, chardev)",
            step("{actor: a, do: exit, on: [device]}")),
        arguments("line 5: 'on' is an empty list", step("{actor: a, do: exit, on: []}")),
        arguments("line 5: 'shell' is empty", step("{actor: a, do: exit, shell: ''}")));
  }

  private static Stream<Arguments> handles() {
    return Stream.of(
        arguments(
            "line 5: actor 'a' has nothing named 'h' here",
            step("{actor: a, do: close, handle: h}")),
        arguments(
            "line 6: actor 'a' has nothing named 'hh1' here (did you mean 'h1'?)",
            step(
                "{actor: a, do: open, path: b/e, as: h1}\n  - {actor: a, do: close, handle: hh1}")),
        arguments(
            "line 6: actor 'bob' has nothing named 'h1' here",
            step(
                "{actor: a, do: open, path: b/e, as: h1}\n  - {actor: bob, do: close, handle: h1}")),
        arguments(
            "line 7: actor 'a' has nothing named 'h1' here",
            step(
                "{actor: a, do: open, path: b/e, as: h1}\n  - {actor: a, do: exit}\n"
                    + "  - {actor: a, do: close, handle: h1}")),
        arguments(
            "line 6: actor 'a' has a 'h1' already",
            step(
                "{actor: a, do: open, path: b/e, as: h1}\n  - {actor: a, do: open, path: b/e, as: h1}")),
        arguments(
            "line 5: unknown verb 'openn' (did you mean 'open'?)",
            step(
                "{actor: a, do: openn, path: b/e, as: h1}\n  - {actor: a, do: close, handle: h1}")),
        arguments(
            "line 6: 'fd' and 'handle' are one thing: give one of them",
            step(
                "{actor: a, do: open, path: b/e, as: h1}\n"
                    + "  - {actor: a, do: close, handle: h1, fd: h1}")));
  }

  private static Stream<Arguments> invariants() {
    return Stream.of(
        arguments("line 4: an invariant needs 'always'", withSteps("invariants: [{id: x}]")),
        arguments("line 4: 'invariants' takes a list, not a mapping", withSteps("invariants: {}")),
        arguments(
            "line 4: duplicate id 'x'",
            withSteps("invariants: [{id: x, always: a}, {id: x, always: b}]")),
        arguments(
            "line 4: more than 64 invariants",
            withSteps("invariants: [" + repeat(65, "{id: i%d, always: a},") + "]")));
  }

  @Test
  void saysAllThatIsWrong() {
    String yaml =
        """
        version: 1
        titel: t
        actors:
          a: { uid: x }
        steps:
          - { actor: b, do: open }
          - { actor: a, do: open }
          - { actor: a, do: chmod, path: b, mode: rwx }
        """;

    assertThat(refusal(yaml))
        .isEqualTo(
            """
            line 1: a scenario needs 'title'
            line 2: unknown key 'titel' (did you mean 'title'?)
            line 4: 'uid': there is no user 'x'
            line 6: unknown actor 'b' (known: a)
            line 7: 'open' needs 'path'
            line 8: 'mode' takes an octal mode such as "0700", not 'rwx'""");
  }

  /** Whatever a file holds, it is taken or refused; nothing else comes out. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void isTakenOrRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < 1_000; step++) {
      String text = mutated(ScenarioReaderTest.EXAMPLE, random);
      try {
        assertThat(ScenarioReader.read(text)).isNotNull();
      } catch (PolicyFormatException e) {
        assertThat(e.problems()).as(text).isNotEmpty();
        int lines = 1 + (int) text.chars().filter(c -> c == '\n').count();
        for (Problem problem : e.problems()) {
          assertThat(problem.line()).as(text).isBetween(1, lines);
          assertThat(problem.message()).as(text).isNotBlank().doesNotContain("\n");
        }
      }
    }
  }

  private static String mutated(String text, SplittableRandom random) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int at = random.nextInt(mutated.length());
      int end = Math.min(mutated.length(), at + random.nextInt(12));
      int from = random.nextInt(text.length() - 12);
      mutated.replace(at, end, text.substring(from, from + random.nextInt(12)));
    }
    return mutated.toString();
  }

  private static String step(String step) {
    return HEAD + "steps:\n  - " + step + "\n";
  }

  private static String withSteps(String section) {
    return HEAD + section + "\nsteps: [{actor: a, do: exit}]\n";
  }

  private static String repeat(int times, String format) {
    return IntStream.range(0, times).mapToObj(format::formatted).collect(Collectors.joining());
  }

  private static String refusal(String yaml) {
    return String.valueOf(
        catchThrowableOfType(PolicyFormatException.class, () -> ScenarioReader.read(yaml))
            .getMessage());
  }
}
