package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fdboxfs compare} as a user runs it, with mounts of its own. */
class CompareTest {
  private static final String SCENARIO =
      """
      version: 1
      title: What a user wrote
      actors:
        owner: { uid: 0 }
        other: { uid: 4711 }
      setup:
        - { actor: owner, do: mkdir, path: vm1, mode: "0700" }
        - { actor: owner, do: descriptor, kind: memfd, size: 4KiB, as: ram }
      steps:
        - { id: put, actor: owner, do: put, fd: ram, path: vm1/ram, expect: ok,
            shell: { filesystem: "ln -s /proc/self/fd/$ram vm1/ram", chardev: "ln -s /proc/self/fd/$ram $DEV/vm1/ram" } }
        - { id: own, actor: owner, do: write, fd: ram, text: hello, expect: { filesystem: ok, chardev: EBADF } }
        - { id: look, actor: other, do: stat, path: vm1, expect: ok }
        - { id: seen, actor: owner, do: list, path: vm1, expect: { filesystem: ok, chardev: not-offered }, shows: { filesystem: ram } }
        - { id: killed, actor: owner, do: exit }
        - { id: kept, actor: owner, do: get, path: vm1/ram, as: real, expect: ok }
      measure: put
      says: { filesystem: It stays there., chardev: It moves there. }
      questions: [12]
      """;

  @TempDir private Path place;

  @BeforeEach
  void needsFuse() {
    MountedTest.requireFuse();
  }

  @AfterEach
  void leavesNothing() throws IOException {
    try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("fdboxfs-compare"));
    }
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain("fdboxfs-compare");
  }

  @Test
  void playsAFileOfTheUserOnBothFrontEnds() throws IOException {
    Path scenario = write(SCENARIO);
    Path page = place.resolve("page.html");

    Command.Result result = compare("-o", place + "/report.md", "-o", page.toString(), scenario);

    assertThat(result.status()).as(result.output()).isZero();
    String report = Files.readString(place.resolve("report.md"));
    assertThat(report)
        .containsPattern("\\| mine \\| filesystem \\| ok \\| 1 \\| [0-9.]+ \\| none \\| . yes \\|")
        .containsPattern(
            "\\| mine \\| chardev \\| ok \\| 5 \\(3\\) \\| [0-9.]+ \\| uid 0 and CAP\\\\_SYS\\\\_ADMIN \\| . no \\|")
        .containsPattern("\\| mine \\| filesystem \\| [0-9.]+ \\| [0-9.]+ to [0-9.]+ \\|")
        .contains("| seen | owner | list vm1 | ok: ram |", "openat, 2 getdents64, close")
        .containsPattern("ls on the filesystem afterwards:\n\\.:\n(.*\n)*drwx------ 2 0 0 0  vm1\n")
        .containsPattern("ls on the chardev afterwards:\n(.*\n)*[-c]rw-------.*  vm1\n")
        .contains(
            "| look | other | stat vm1 | ok: directory 0700 0:0 |",
            "| own | owner | write ram | EBADF |")
        .contains("**Filesystem (mine):** It stays there.", "**Chardev (mine):** It moves there.")
        .contains("The chardev's nodes were ");
    assertThat(Files.readString(page)).contains("What a user wrote", "</html>");
  }

  /** What the machine has nothing for is left out; make compare plays that too. */
  @Test
  void everyShippedScenarioComesAsItSaysOnBothFrontEnds() throws IOException {
    Path report = place.resolve("report.md");

    Command.Result result = Command.fdboxfs("compare", "--runs", "1", "-o", report.toString());

    assertThat(result.output()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(Files.readString(report))
        .contains("| who-may-take | chardev | EACCES |", "| listing | filesystem | ok: irq ram |");
  }

  @Test
  void aWrongExpectationFailsLoudly() throws IOException {
    Path scenario =
        write(SCENARIO.replace("shows: { filesystem: ram }", "shows: { filesystem: rom }"));

    Command.Result result = compare("--front-end", "filesystem", scenario);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .contains(
            "fdboxfs compare: mine: line 14: seen on the filesystem: ok that shows 'ram', expected ok"
                + " that shows 'rom'")
        .contains("this was not what came: It stays there.");
  }

  @Test
  void whatACommandLineLeavesRunningEndsWithIt() throws IOException {
    Path pid = place.resolve("pid");
    Path scenario =
        write(
            SCENARIO.replace(
                "shell: { filesystem: \"ln -s /proc/self/fd/$ram vm1/ram\"",
                "shell: { filesystem: \"sleep 1000 & echo $! >" + pid + "\""));

    Command.Result result = compare("--front-end", "filesystem", scenario);

    assertThat(result.status()).as(result.output()).isZero();
    assertThat(ProcessState.isGone(Long.parseLong(Files.readString(pid).strip()))).isTrue();
  }

  @Test
  void aSetupThatFailsIsNoResult() throws IOException {
    Path scenario = write(SCENARIO.replace("path: vm1, mode", "path: vm1/deep, mode"));

    Command.Result result = compare("--front-end", "filesystem", scenario);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .contains("setup-1 on the filesystem: ENOENT, the setup must succeed");
  }

  @Test
  void brokenFilesAreRefusedWithLineAndReason() throws IOException {
    Path scenario = write(SCENARIO.replace("do: list", "do: lst"));

    Command.Result result = compare(scenario);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.output())
        .isEqualTo(
            scenario
                + ":14: unknown verb 'lst' (did you mean 'list'?)\n"
                + "fdboxfs compare: nothing was played, for the reasons above\n");
  }

  @Test
  void withoutACompilerItSaysWhatToInstall() throws IOException {
    Path tools = Files.createDirectory(place.resolve("bin"));
    for (String tool : new String[] {"sh", "readlink", "sed", "uname", "java", "env"}) {
      Path found = Path.of(Command.run("sh", "-c", "command -v " + tool).output().strip());
      Files.createSymbolicLink(tools.resolve(tool), found);
    }

    Command.Result result =
        Command.run(
            Map.of("PATH", tools.toString()),
            Command.launcher().toString(),
            "compare",
            write(SCENARIO).toString());

    assertThat(result.status()).as(result.output()).isEqualTo(1);
    assertThat(result.line())
        .isEqualTo(
            "fdboxfs compare: there is no C compiler for the actors: apt-get install gcc libc6-dev");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(place.resolve("mine.yaml"), text);
  }

  private static Command.Result compare(Object... words) throws IOException {
    return Command.fdboxfs(
        Stream.concat(Stream.of("compare", "--runs", "2"), Stream.of(words))
            .map(Object::toString)
            .toArray(String[]::new));
  }
}
