package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fdboxfs.app.host.Credentials;
import org.fdboxfs.app.host.Screen;
import org.fdboxfs.compare.Comparison;
import org.fdboxfs.compare.ComparisonException;
import org.fdboxfs.compare.ScenarioFiles;
import org.fdboxfs.policy.experiment.FrontEnd;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs compare}. */
@Command(
    name = "compare",
    header = "Play scenarios on the filesystem and on the character device, and compare.",
    description =
        "Real processes make the system calls of each step, as the users that the scenario names:"
            + " needs root, and a C compiler. Ends with 1 when something does not come as a"
            + " scenario says. See docs/scenarios.md.")
final class CompareCommand implements Callable<Integer> {
  private static final int MOST_RUNS = 100_000;

  /** From the word of a front end. */
  static final class ToFrontEnd implements ITypeConverter<FrontEnd> {
    @Override
    public FrontEnd convert(String word) {
      return OptionWords.constant(FrontEnd.values(), FrontEnd::label, word);
    }
  }

  @Option(
      names = "--front-end",
      paramLabel = "filesystem|chardev",
      converter = ToFrontEnd.class,
      description = "Only that one; may be repeated.")
  private List<FrontEnd> frontEnds = new ArrayList<>();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many times each scenario is measured; ${DEFAULT-VALUE}.")
  private int runs;

  @Mixin private ReportOutput output = new ReportOutput();

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Files, or directories of them; those that come with fdboxfs.")
  private List<Path> scenarios = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (runs < 1 || runs > MOST_RUNS) {
      throw new ParameterException(spec.commandLine(), "--runs takes 1 to " + MOST_RUNS);
    }
    Path home = home();
    ScenarioFiles files = new ScenarioFiles(home.resolve("share/models"));
    if (scenarios.isEmpty()) {
      files.add(home.resolve("share/scenarios"));
    }
    scenarios.forEach(files::add);
    if (!files.problems().isEmpty()) {
      files.problems().forEach(spec.commandLine().getErr()::println);
      throw new Failure("nothing was played, for the reasons above", Fdboxfs.USAGE);
    }
    if (!Credentials.own().isRoot()) {
      throw new Failure("only root can play other users");
    }
    output.check();
    Comparison comparison = new Comparison(home, frontEnds(), runs, this::show);
    try {
      comparison.run(files.read());
    } catch (ComparisonException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    }
    show("");
    output.write(comparison.report(Fdboxfs.Version.text()));
    return conclude(comparison.failures());
  }

  /** Where this is installed: above the directory of the jar. */
  private static Path home() throws IOException {
    try {
      Path jar =
          Path.of(CompareCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.toAbsolutePath().normalize().resolve("../..").normalize();
    } catch (URISyntaxException e) {
      throw new IOException("cannot find where fdboxfs is installed", e);
    }
  }

  private Set<FrontEnd> frontEnds() {
    return frontEnds.isEmpty() ? EnumSet.allOf(FrontEnd.class) : EnumSet.copyOf(frontEnds);
  }

  /** On one line, which the next replaces. */
  private void show(String what) {
    if (Screen.isTerminal(2)) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("\r\033[K" + what);
      err.flush();
    }
  }

  private int conclude(List<String> failures) {
    if (failures.isEmpty()) {
      return Fdboxfs.OK;
    }
    PrintWriter err = spec.commandLine().getErr();
    failures.forEach(each -> err.println("fdboxfs compare: " + each));
    err.flush();
    return Fdboxfs.FAILED;
  }
}
