package org.fdboxfs.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ExploreCommandTest {
  private static final Path SHIPPED = Path.of("src/main/share/scenarios/explore");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory = Path.of("");

  private int explore(String... args) {
    CommandLine line = new CommandLine(new ExploreCommand());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    line.setExecutionExceptionHandler(
        (e, command, result) -> {
          command.getErr().println(e.getMessage());
          return 1;
        });
    return line.execute(args);
  }

  @ParameterizedTest
  @CsvSource({"one-device,''", "one-device,all", "group,''", "group,vmm", "seal,''", "seal,all"})
  void whatIsShippedHolds(String name, String crashes) {
    String file = SHIPPED.resolve(name + ".yaml").toString();
    int status = crashes.isEmpty() ? explore(file) : explore(file, "--crashes", crashes);
    assertThat(out.toString()).startsWith("every invariant holds\n").contains(" states/s\n");
    assertThat(status).isZero();
  }

  @Test
  void theShortestWayToWhatBreaksIsShown() {
    assertThat(explore(SHIPPED.resolve("two-writers.yaml").toString())).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("broken: one-writer: entries.all(e, size(writers(e)) <= 1)\n")
        .contains("\n  1  old: open vm/ram as h -> ok\n")
        .contains("\n  2  new: open vm/ram for read as r -> ok\n")
        .contains("\n  3  new: open vm/ram as w -> ok\n\nthen:\n")
        .contains("     vm/ram memfd 0600 1000:1000, claims 3, old has it for read-write");
  }

  @Test
  void fourActorsOfSixStepsAreWalkedToTheEnd() {
    assertThat(explore(SHIPPED.resolve("four-actors.yaml").toString())).isZero();
    assertThat(out.toString()).startsWith("every invariant holds\n");
  }

  @Test
  void aWalkThatIsNotCompleteSaysSoAndFails() {
    String file = SHIPPED.resolve("seal.yaml").toString();
    assertThat(explore(file, "--max-states", "20")).isEqualTo(1);
    assertThat(out.toString())
        .startsWith("not complete: there are more states than 20; nothing was broken so far\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--crashes ownr | --crashes: unknown actor 'ownr' (did you mean 'owner'?)",
        "--max-states 0 | --max-states must be at least 1",
        "--max-states x | Invalid value for option '--max-states'"
      })
  void wrongUsageIsTold(String args, String message) {
    String[] words = (SHIPPED.resolve("seal.yaml") + " " + args).split(" ", -1);
    assertThat(explore(words)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void everybodyMayBeKilledWhoeverElseIsNamed() {
    String file = SHIPPED.resolve("seal.yaml").toString();
    assertThat(explore(file, "--crashes", "owner,all")).isZero();
    String some = figures();
    assertThat(explore(file, "--crashes", "all")).isZero();
    assertThat(figures()).isEqualTo(some);
  }

  /** How much was walked, apart from the time that it took. */
  private String figures() {
    String said = out.toString();
    out.getBuffer().setLength(0);
    return said.substring(0, said.lastIndexOf(" s, ") - 3).replaceAll(", [0-9.]*$", "");
  }

  @Test
  void aSetupThatFailsIsTold() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("bad.yaml"),
            """
            version: 1
            title: no box
            actors: { alice: { uid: 1000 } }
            setup:
              - { actor: alice, do: create, path: box/ram }
            steps:
              - { actor: alice, do: stat, path: . }
            """);
    assertThat(explore(file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("bad.yaml:5: the setup fails: create box/ram of alice is ENOENT");
  }

  @Test
  void aMistakeInAnInvariantIsTold() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("bad.yaml"),
            """
            version: 1
            title: a typo
            actors: { alice: { uid: 1000 } }
            steps:
              - { actor: alice, do: stat, path: . }
            invariants:
              - always: "entries.all(e, clams(e) == 0)"
            """);
    assertThat(explore(file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("bad.yaml:7: 'always': unknown function 'clams' (did you mean 'claims'?)");
  }
}
