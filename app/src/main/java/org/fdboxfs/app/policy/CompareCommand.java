package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.ReportOutput;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.app.policy.Scenarios.Told;
import org.fdboxfs.policy.experiment.Comparison;
import org.fdboxfs.policy.experiment.ScenarioFailedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy compare}. */
@Command(
    name = "compare",
    header = "Show who may do what with what a scenario leaves, under each of several models.",
    description =
        "The scenario is played under its own policy. Then every actor asks for everything, once"
            + " under each model. Gains and losses are against the first model.")
final class CompareCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SCENARIO", description = "A scenario file.")
  private String word = "";

  @Option(
      names = "--models",
      paramLabel = "MODEL,...",
      split = ",",
      required = true,
      description =
          "Policy files or names of models; the first is what the others are held against.")
  private List<String> words = new ArrayList<>();

  @Mixin private ReportOutput output = new ReportOutput();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    output.check();
    if (words.size() < 2) {
      throw new ParameterException(
          spec.commandLine(),
          "--models " + words.get(0) + ": needs two or more, with commas between");
    }
    Models models = new Models(Share.directory("models"));
    List<Model> chosen = words.stream().map(models::read).toList();
    Told told = new Scenarios(models).read(word);
    try {
      Comparison comparison =
          Comparison.of(
              told.scenario(),
              told.own().settings(),
              chosen.stream().map(Model::settings).toList());
      List<String> names = chosen.stream().map(Model::name).toList();
      output.write(ComparisonReport.of(told.scenario(), told.own().name(), names, comparison));
    } catch (ScenarioFailedException e) {
      throw new Failure(e.in(told.file()));
    }
    return 0;
  }
}
