package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Fdboxfs.run(List.of(args), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @ParameterizedTest(name = "fdboxfs {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                           | fdboxfs: a command is missing",
        "nonsense                     | fdboxfs: there is no command nonsense",
        "--nonsense                   | fdboxfs: there is no option --nonsense",
        "mount                        | fdboxfs mount: MOUNTPOINT is missing",
        "mount a b                    | fdboxfs mount: one argument too many: b",
        "mount -o                     | fdboxfs mount: -o needs a value",
        "mount a -o threads=0         | fdboxfs mount: -o threads=0: must be a number",
        "mount a -o keeper=luo        | fdboxfs mount: -o keeper=luo: not in this version",
        "umount                       | fdboxfs umount: MOUNTPOINT is missing",
        "umount --now a               | fdboxfs umount: there is no option --now",
        "ls a b                       | fdboxfs ls: one argument too many: b",
        "ls --json=x                  | fdboxfs ls: ",
        "top a b                      | fdboxfs top: one argument too many: b",
        "top --fast                   | fdboxfs top: there is no option --fast",
        "report a b                   | fdboxfs report: one argument too many: b",
        "report -o                    | fdboxfs report: --output needs a value, FILE",
        "report --html --markdown     | fdboxfs report: --html, --markdown are mutually exclusive",
        "explain                      | fdboxfs explain: PATH is missing",
        "explain a --op fly           | fdboxfs explain: --op fly: must be one of open, put",
        "explain a --access rw        | fdboxfs explain: --access rw: must be one of read",
        "explain a --as no-such-user- | fdboxfs explain: --as no-such-user-: no such user",
        "explain a --as 0:no-group-   | fdboxfs explain: --as 0:no-group-: no group no-group-",
        "seal                         | fdboxfs seal: BOXPATH is missing",
        "unseal --force a             | fdboxfs unseal: there is no option --force",
        "put a                        | fdboxfs put: --fd=N is missing",
        "put a --fd                   | fdboxfs put: --fd needs a value, N",
        "put a --fd x                 | fdboxfs put: ",
        "put --fd 0                   | fdboxfs put: BOX/NAME is missing",
        "take a                       | fdboxfs take: the command is missing: -- CMD [ARG...]",
        "take a --                    | fdboxfs take: the command is missing: -- CMD [ARG...]",
        "take -- cat                  | fdboxfs take: BOX/NAME is missing",
        "take a b -- cat              | fdboxfs take: one argument too many: b",
        "take a --fd -1 -- cat        | fdboxfs take: --fd -1: must not be negative",
        "take a --access rw -- cat    | fdboxfs take: --access rw: must be read, write or",
        "run a b                      | fdboxfs run: the command is missing: -- CMD [ARG...]",
        "run -- cat                   | fdboxfs run: BOX is missing",
        "doctor a                     | fdboxfs doctor: one argument too many: a"
      })
  void wrongUsageIsOneLineAndStatusTwo(String line, String message) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith(message).contains("--help)");
  }

  @ParameterizedTest(name = "fdboxfs {0}")
  @ValueSource(strings = {"ls", "explain", "seal", "unseal", "umount"})
  void whatIsNoMountIsOneLineAndStatusOne(String command) {
    assertThat(run(command, directory.toString())).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .startsWith("fdboxfs " + command + ": " + directory)
        .contains("an fdboxfs mount");
  }

  @ParameterizedTest(name = "fdboxfs {0} --help")
  @ValueSource(
      strings = {
        "mount", "umount", "ls", "explain", "seal", "unseal", "doctor", "put", "run", "take"
      })
  void everyCommandHelps(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: fdboxfs " + command);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theHelpNamesTheCommandsThatAreForPeople() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("explain").contains("doctor").doesNotContain("warm-up");
  }

  @Test
  void theVersionIsThatOfTheBuild() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches("fdboxfs \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void warmUpNeedsNoMount() {
    assertThat(run("warm-up")).isZero();
    assertThat(err.toString()).isEmpty();
  }
}
