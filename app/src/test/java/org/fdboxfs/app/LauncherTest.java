package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher script, with a script in the place of Java. */
class LauncherTest {
  private record Result(int status, String out, String err) {}

  /** Says how it was called: whether a launcher waits for it, and what follows the main class. */
  private static final String ECHO =
      """
      #!/bin/sh
      place=front
      for argument; do
        case $argument in -Dfdboxfs.background=true) place=behind ;; esac
      done
      while [ "$1" != org.fdboxfs.app.Fdboxfs ]; do shift; done
      shift
      printf '%s' "$place"
      printf ' [%s]' "$@"
      echo
      """;

  @TempDir private Path place;
  private Path launcher = Path.of("");
  private Path javaHome = Path.of("");

  @BeforeEach
  void install() throws IOException {
    launcher = place.resolve("a tree/bin/fdboxfs");
    Files.createDirectories(launcher.getParent());
    Files.createDirectories(place.resolve("a tree/lib"));
    Files.copy(Path.of("src/main/launcher/fdboxfs"), launcher);
    executable(launcher);
    javaHome = place.resolve("a java");
    Files.createDirectories(javaHome.resolve("bin"));
    release("17.0.15");
    java(ECHO);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void release(String version) throws IOException {
    Files.writeString(javaHome.resolve("release"), "X=\"1\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private void java(String script) throws IOException {
    Path java = javaHome.resolve("bin/java");
    Files.writeString(java, script);
    executable(java);
  }

  private Result run(Path program, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(Arrays.asList(args));
    Path err = place.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(place.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", javaHome.toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  @ParameterizedTest(name = "fdboxfs {0}")
  @CsvSource({
    "ls|--json, front [ls] [--json]",
    "mount|a b, behind [mount] [a b]",
    "mount|-f|a, front [mount] [-f] [a]",
    "mount|-fo|ro|a, front [mount] [-fo] [ro] [a]",
    "mount|--help, front [mount] [--help]",
    "mount|-o|fsname=-f|--|-f, behind [mount] [-o] [fsname=-f] [--] [-f]",
    "name|/m|-o|ro, behind [mount] [--source=name] [/m] [-o] [ro]",
    "a name|/m|-oro, behind [mount] [--source=a name] [/m] [-oro]",
    "explain|/m|--op|put, front [explain] [/m] [--op] [put]",
    "run|/m|-o|rw, behind [mount] [--source=run] [/m] [-o] [rw]",
    "report|--html|-o|f, front [report] [--html] [-o] [f]",
    "compare|a|-o|f, front [compare] [a] [-o] [f]",
    "run|vm1|--|cmd|-o|file, front [run] [vm1] [--] [cmd] [-o] [file]",
    "take|vm1/ram|--|mount|-f, front [take] [vm1/ram] [--] [mount] [-f]",
    "--help, front [--help]"
  })
  void theFormsAreTold(String line, String expected) throws Exception {
    Result result = run(launcher, line.split("\\|", -1));
    assertThat(result).isEqualTo(new Result(0, expected + "\n", ""));
  }

  @Test
  void whatTheCommandIsToFindAgainIsTold() throws Exception {
    java(
        """
        #!/bin/sh
        for argument; do
          case $argument in -Dfdboxfs.*) echo "${argument#-Dfdboxfs.}" ;; esac
        done
        tr '\\0' '\\n' </proc/self/fd/9
        ls '%s'
        """
            .formatted(place.resolve("tmp")));
    Files.createDirectory(place.resolve("tmp"));
    String variables = "TMPDIR=" + place.resolve("tmp") + " JAVA_HOME='" + javaHome + "'";
    String set = "trap '' USR1 PIPE; ulimit -Sn 50; exec 7</dev/null; ";
    String call = "exec env -i A.B=x LC_ALL=C " + variables + " \"$0\" take a -- b";

    Result result = run(Path.of("/bin/sh"), "-c", set + call, launcher.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .contains("inherited=0,1,2,7,", "files=50", "environment=/proc/self/fd/9")
        .anyMatch(LauncherTest::ignoresUsr1AndPipe)
        .anyMatch(line -> line.matches("blocked=[0-9a-f]{16}"))
        .endsWith("A.B=x", "LC_ALL=C", "TMPDIR=" + place.resolve("tmp"), "JAVA_HOME=" + javaHome);
  }

  /** Besides those that whoever runs the tests ignores. */
  private static boolean ignoresUsr1AndPipe(String line) {
    return line.matches("ignored=[0-9a-f]{16}")
        && (Long.parseUnsignedLong(line.substring("ignored=".length()), 16) & 0x1200) == 0x1200;
  }

  @Test
  void putIsToldWhichDescriptorsWereGiven() throws Exception {
    java("#!/bin/sh\nfor a; do case $a in -Dfdboxfs.*) echo \"$a\" ;; esac; done\nexec true\n");
    Result result =
        run(Path.of("/bin/sh"), "-c", "exec \"$0\" put a --fd 5 5</dev/null", launcher.toString());
    assertThat(result).isEqualTo(new Result(0, "-Dfdboxfs.inherited=0,1,2,5,\n", ""));
  }

  @Test
  void itIsAHelperOfMountThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(place.resolve("mount.fuse.fdboxfs"), launcher);
    assertThat(run(link, "none", "/m", "-s", "-n", "-t", "fuse.fdboxfs", "-o", "rw").out())
        .isEqualTo("behind [mount] [--source=none] [/m] [-o] [rw]\n");
    assertThat(run(link, "none", "/m", "-f", "-o", "rw")).isEqualTo(new Result(0, "", ""));
  }

  @Test
  void itReturnsWhenTheMountIsReady() throws Exception {
    Path pid = place.resolve("pid");
    java("#!/bin/sh\necho $$ >'" + pid + "'\necho ready\nexec >/dev/null 2>&1\nexec sleep 60\n");
    Result result = run(launcher, "mount", "/m");
    ProcessHandle daemon =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).trim())).orElseThrow();
    assertThat(result).isEqualTo(new Result(0, "", ""));
    assertThat(daemon.isAlive()).isTrue();
    daemon.destroyForcibly();
  }

  @Test
  void aFailedMountGivesItsStatus() throws Exception {
    java("#!/bin/sh\necho 'fdboxfs mount: no luck' >&2\nexit 7\n");
    assertThat(run(launcher, "mount", "/m"))
        .isEqualTo(new Result(7, "", "fdboxfs mount: no luck\n"));
  }

  @Test
  void anOldJavaIsOneLine() throws Exception {
    release("11.0.2");
    Result result = run(launcher, "ls");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("Java 17 or later");
  }

  @Test
  void aMissingJavaIsOneLine() throws Exception {
    javaHome = place.resolve("none");
    Result result = run(launcher, "ls");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("fdboxfs: JAVA_HOME is " + javaHome + ", but there is no bin/java in it\n");
  }

  @Test
  void withoutAReleaseFileJavaIsAsked() throws Exception {
    Files.delete(javaHome.resolve("release"));
    java("#!/bin/sh\n[ $# -gt 1 ] || echo 'openjdk version \"21.0.1\" 2023-10-17' >&2\n");
    assertThat(run(launcher, "ls")).isEqualTo(new Result(0, "", ""));
  }
}
