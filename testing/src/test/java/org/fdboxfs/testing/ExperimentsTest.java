package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The book of experiments, each command of which must still print what the book says. */
class ExperimentsTest {
  private static final Path BOOK = Path.of("../docs/experiments.md");
  private static final Pattern RUN =
      Pattern.compile("^```console\n\\$ ([^\n]*)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** A command of the book with its output. */
  record Run(String command, String output) {
    @Override
    public String toString() {
      return command;
    }
  }

  static Stream<Run> runs() throws IOException {
    Matcher found = RUN.matcher(Files.readString(BOOK));
    List<Run> runs = found.results().map(each -> new Run(each.group(1), each.group(2))).toList();
    assertThat(runs).as("commands in %s", BOOK).hasSizeGreaterThan(8);
    return runs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void theBookSaysWhatTheCommandSays(Run run) throws IOException {
    Path bin = Objects.requireNonNull(Command.launcher().getParent());
    String path = bin + ":" + System.getenv("PATH");
    String line = "cd '" + bin.resolveSibling("share") + "' && " + run.command();
    Command.Result result = Command.run(Map.of("PATH", path, "COLUMNS", "100"), "sh", "-c", line);
    assertThat(result.output()).isEqualTo(run.output());
  }
}
