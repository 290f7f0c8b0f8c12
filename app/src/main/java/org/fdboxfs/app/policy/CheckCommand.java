package org.fdboxfs.app.policy;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy check}. */
@Command(
    name = "check",
    header = "Say whether policy files are valid, and how they are understood.",
    description = "Every problem is a line FILE:LINE: REASON; exit status 1 then.")
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "A policy file, or the name of a model that came with fdboxfs.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Models models = new Models(Share.directory("models"));
    PrintWriter out = spec.commandLine().getOut();
    List<String> problems = new ArrayList<>();
    for (String word : words) {
      try {
        Summary.of(word, models.read(word).settings()).forEach(out::println);
      } catch (Failure e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    out.flush();
    // As compilers have it, so that editors find the place.
    problems.forEach(spec.commandLine().getErr()::println);
    spec.commandLine().getErr().flush();
    return problems.isEmpty() ? 0 : 1;
  }
}
