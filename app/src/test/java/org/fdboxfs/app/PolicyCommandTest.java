package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Fdboxfs.run(List.of(args), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  @BeforeEach
  void files() throws IOException {
    Files.writeString(directory.resolve("plain.yaml"), "version: 1\n");
    Files.writeString(
        directory.resolve("once.yaml"),
        "version: 1\nrules: [{ id: once, match: { entry: \"ram*\" }, opens: 1 }]\n");
    Files.writeString(
        directory.resolve("bad.yaml"), "version: 1\nkinds: { memdf: { allow: true } }\nrule: []\n");
    Files.writeString(
        directory.resolve("story.yaml"),
        """
        version: 1
        title: A story
        actors: { alice: { uid: 1000 }, bob: { uid: 1001 } }
        setup:
          - { actor: alice, do: mkdir, path: box, mode: "0755" }
          - { actor: alice, do: create, path: box/ram, mode: "0666" }
          - { actor: alice, do: open, path: box/ram, access: read, as: held }
        steps:
          - { id: second, actor: bob, do: open, path: box/ram, access: read, expect: ok }
        """);
  }

  @ParameterizedTest(name = "fdboxfs policy {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                       | fdboxfs policy: a command is missing: check, explain",
        "nonsense                 | fdboxfs policy: there is no command nonsense (see",
        "simulat x                | fdboxfs policy: there is no command simulat (did you mean simulate?)",
        "check --hlep x           | fdboxfs policy check: there is no option --hlep (did you mean --help?)",
        "check                    | fdboxfs policy check: MODEL is missing",
        "simulate                 | fdboxfs policy simulate: SCENARIO is missing",
        "simulate a --format pdf  | fdboxfs policy simulate: invalid value for option '--format'",
        "compare a                | fdboxfs policy compare: --models=MODEL,... is missing",
        "compare a --models b     | fdboxfs policy compare: --models b: needs two or more",
        "replay a                 | fdboxfs policy replay: --model=MODEL is missing",
        "explain                  | fdboxfs policy explain: PATH is missing",
        "explain a b --step c     | fdboxfs policy explain: one argument too many: b"
      })
  void wrongUsageIsOneLineAndStatusTwo(String line, String message) {
    String[] args = ("policy " + line).strip().split(" ", -1);
    assertThat(run(args)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith(message).contains("--help)");
  }

  /** What a stream holds is not simulated; where nothing is expected, anything may come. */
  @Test
  void aReadOfAStreamOfWhichNothingIsExpectedMayBeAnything() throws IOException {
    Path story = directory.resolve("stream.yaml");
    String put = "{ actor: alice, do: put, fd: ends, path: box/pipe }";
    Files.writeString(
        story,
        """
        version: 1
        title: A stream
        actors: { alice: { uid: 1000 } }
        setup:
          - { actor: alice, do: mkdir, path: box }
          - { actor: alice, do: descriptor, kind: pipe, as: ends }
          - %s
        steps:
          - { id: any, actor: alice, do: read, path: box/pipe }
          - { id: ok, actor: alice, do: read, path: box/pipe, expect: ok, shows: text }
          - { id: none, actor: alice, do: read, path: box/pipe, expect: EAGAIN }
        """
            .formatted(put));
    assertThat(run("policy", "simulate", story.toString())).as("%s%s", out, err).isZero();
    assertThat(out.toString()).contains("ok: not simulated");
  }

  @Test
  void checkSaysWhatItUnderstood() {
    assertThat(run("policy", "check", path("once.yaml"), path("plain.yaml"))).isZero();
    assertThat(out.toString())
        .contains("once.yaml: valid", "rule    once: at most 1 opens, for entry ram*")
        .contains("plain.yaml: valid", "rules   none");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void checkSaysWhatARuleAllowsAndThatModesDoNotCount() throws IOException {
    Files.writeString(
        Path.of(path("own.yaml")),
        """
        version: 1
        modes: ignored
        rules:
          - { id: root, when: "caller.uid == 0", allow: true }
          - { id: others, deny: EPERM }
        """);
    assertThat(run("policy", "check", path("own.yaml"))).isZero();
    assertThat(out.toString())
        .contains("modes   ignored", "root: allows", "others: refuses with EPERM");
  }

  @Test
  void checkSaysEveryProblemWithFileAndLine() {
    assertThat(run("policy", "check", path("bad.yaml"), path("plain.yaml"), path("none.yaml")))
        .isEqualTo(1);
    assertThat(out.toString()).contains("plain.yaml: valid").doesNotContain("bad.yaml");
    assertThat(err.toString().lines())
        .containsExactly(
            path("bad.yaml") + ":2: unknown kind 'memdf' (did you mean 'memfd'?)",
            path("bad.yaml") + ":3: unknown key 'rule' (did you mean 'rules'?)",
            path("none.yaml") + ": no such file or directory");
  }

  @Test
  void whatIsNoModelIsSaid() {
    assertThat(run("policy", "simulate", path("story.yaml"), "--model", "defautl")).isEqualTo(1);
    assertThat(err.toString()).contains("unknown model 'defautl' (did you mean 'default'?)");
    assertThat(run("policy", "simulate", path("none.yaml"))).isEqualTo(1);
    assertThat(run("policy", "simulate", directory.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none.yaml: no such file", ": is a directory");
    assertThat(run("policy", "simulate", path("plain.yaml"))).isEqualTo(1);
    assertThat(err.toString()).contains("plain.yaml:1: a scenario needs 'title'");
  }

  @Test
  void whatAScenarioNamesAndIsNotThereIsSaidOfTheScenario() throws IOException {
    Path story = directory.resolve("story.yaml");
    String text = Files.readString(story);
    Files.writeString(story, text + "policy: fdbx\n");
    assertThat(run("policy", "simulate", story.toString())).isEqualTo(1);
    int line = text.lines().toList().size() + 1;
    assertThat(err.toString())
        .contains(story + ":" + line + ": 'policy': unknown model 'fdbx' (did you mean 'fdbox'?)");
    err.getBuffer().setLength(0);
    Files.writeString(story, text + "policy: none.yaml\n");
    assertThat(run("policy", "explore", story.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains(story + ":" + line + ": 'policy': none.yaml: no such file or directory");
    err.getBuffer().setLength(0);
    Files.writeString(story, text + "policy: bad.yaml\n");
    assertThat(run("policy", "compare", "--models=default,default", story.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(path("bad.yaml") + ":2: unknown kind 'memdf'");
  }

  @Test
  void aNameMayBeEmpty() {
    assertThat(run("policy", "check", "")).isEqualTo(1);
    assertThat(run("policy", "simulate", "")).isEqualTo(1);
    assertThat(run("policy", "replay", "", "--model", "default")).isEqualTo(1);
    assertThat(run("policy", "compare", "--models", "default,,default", "x.yaml")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "the name of a model is empty",
            "fdboxfs policy simulate: the name of a scenario is empty",
            "fdboxfs policy replay: the name of a trace is empty",
            "fdboxfs policy compare: the name of a model is empty");
  }

  /** What stood for the bytes in a pattern would match no name: a rule that refuses would not. */
  @Test
  void whatIsNotUtf8IsNoPolicyAndNoScenario() throws IOException {
    byte[] latin = "version: 1\ntitle: \u00e4\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(directory.resolve("latin.yaml"), latin);
    assertThat(run("policy", "check", file.toString())).isEqualTo(1);
    assertThat(run("policy", "simulate", file.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            file + ":2: not UTF-8", "fdboxfs policy simulate: " + file + ":2: not UTF-8");
  }

  @Test
  void aStepThatIsToBeExplainedIsNamed() {
    assertThat(run("policy", "explain", path("story.yaml"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("is not on an fdboxfs mount; a step of a scenario is explained with --step ID");
  }

  @Test
  void aSimulationShowsWhatEachModelDoes() {
    assertThat(
            run(
                "policy",
                "simulate",
                path("story.yaml"),
                "--model=default",
                "--model=" + path("once.yaml")))
        .isZero();
    assertThat(out.toString())
        .contains("A story", "default", "once", "< EBUSY", "once: open at most once");
  }

  @Test
  void aScenarioThatComesOutOtherwiseFails() throws IOException {
    Path story = directory.resolve("story.yaml");
    Files.writeString(story, Files.readString(story).replace("expect: ok", "expect: EACCES"));
    assertThat(run("policy", "simulate", story.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("! ok", "1 not as the scenario says");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"text,< -1", "markdown,▼ -1", "html,<!DOCTYPE html>"})
  void aComparisonShowsWhoGainsAndLoses(String format, String sign) throws IOException {
    String models = "default," + path("once.yaml");
    Path file = directory.resolve("out");
    assertThat(
            run(
                "policy",
                "compare",
                "--models",
                models,
                path("story.yaml"),
                "--format",
                format,
                "--output",
                file.toString()))
        .isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(Files.readString(file))
        .containsIgnoringCase(sign)
        .contains("0 things are granted that default refuses, and");
  }

  @Test
  void severalModelsAreSeenAtOneGlance() {
    String models = "default,fdbox," + path("once.yaml");
    assertThat(run("policy", "compare", "--models", models, path("story.yaml"))).isZero();
    assertThat(out.toString())
        .contains("Operations on objects that are lost and gained against default")
        .containsPattern("fdbox, alice +<+\\| +-\\d+ \\+0")
        .containsPattern("once, bob +<+\\| +-\\d \\+0");
  }

  @Test
  void aStepIsExplainedByItsRules() {
    String[] args = {"policy", "explain", path("story.yaml"), "--step", "second", "--model"};
    assertThat(run(with(args, "default"))).isZero();
    assertThat(run(with(args, path("once.yaml")))).isEqualTo(3);
    assertThat(out.toString())
        .contains("ends with ok", "ends with EBUSY", "rule:   once", "posix       no objection");
    assertThat(run("policy", "explain", path("story.yaml"), "--step", "secnd")).isEqualTo(1);
    assertThat(err.toString()).contains("unknown step 'secnd' (did you mean 'second'?)");
  }

  private static String[] with(String[] args, String last) {
    String[] all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = last;
    return all;
  }

  @Test
  void aTraceIsDecidedAgainAndBadLinesAreSaid() throws IOException {
    String event =
        "{\"sequence\":%d,\"time\":\"2026-11-23T16:46:00Z\",\"type\":\"%s\",\"operation\":\"%s\","
            + "\"path\":\"%s\",\"uid\":1000,\"pid\":7,\"gid\":1000,\"owner\":1000,\"group\":1000,"
            + "\"mode\":\"0755\"%s}\n";
    String memory = ",\"kind\":\"memfd\",\"access\":\"read\",\"size\":0,\"claim\":";
    Files.writeString(
        directory.resolve("trace"),
        event.formatted(1, "mkdir", "mkdir", "/box", "")
            + event.formatted(2, "put", "put", "/box/ram", memory + "1")
            + event.formatted(3, "open", "open", "/box/ram", memory + "1")
            + event.formatted(4, "open", "open", "/box/ram", memory + "2")
            + "{\"sequence\":\n"
            + "[]\n"
            + "x".repeat(70_000)
            + "\n{\"type\":\"open\"}\n"
            + event.formatted(5, "open", "open", "/box/ram", memory + "-3"));
    assertThat(run("policy", "replay", path("trace"), "--model", path("once.yaml"))).isEqualTo(1);
    assertThat(out.toString()).contains("4 decisions", "< EBUSY once", "What would differ");
    assertThat(err.toString().lines())
        .containsExactly(
            "fdboxfs policy replay: " + path("trace") + ":5: not JSON",
            "fdboxfs policy replay: " + path("trace") + ":6: not a JSON object",
            "fdboxfs policy replay: " + path("trace") + ":7: longer than 65536 bytes",
            "fdboxfs policy replay: " + path("trace") + ":8: 'sequence' is missing",
            "fdboxfs policy replay: "
                + path("trace")
                + ":9: 'claim' is no number from 1 to 9223372036854775807: -3");
  }

  @Test
  void aTraceThatIsNotThereIsSaid() {
    assertThat(run("policy", "replay", path("none"), "--model", "default")).isEqualTo(1);
    assertThat(run("policy", "replay", directory.toString(), "--model", "default")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "fdboxfs policy replay: " + path("none") + ": no such file or directory",
            "fdboxfs policy replay: " + directory + ": is a directory");
  }
}
