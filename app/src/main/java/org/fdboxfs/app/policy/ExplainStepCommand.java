package org.fdboxfs.app.policy;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.app.policy.Scenarios.Told;
import org.fdboxfs.app.status.Explanation;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.config.Words;
import org.fdboxfs.policy.experiment.Explained;
import org.fdboxfs.policy.experiment.Explained.Asked;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.StepText;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy explain SCENARIO --step ID}. */
@Command(
    name = "explain",
    header = "Say why a step of a scenario ends as it does: each rule that is asked, in order.",
    description = "Exit status 0: it succeeds; 3: it does not.")
final class ExplainStepCommand implements Callable<Integer> {
  private static final int DENIED = 3;

  @Parameters(paramLabel = "SCENARIO", description = "A scenario file.")
  private String word = "";

  @Option(
      names = "--step",
      paramLabel = "ID",
      required = true,
      description = "Its id, or setup-N or step-N where it has none.")
  private String id = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A policy file or the name of a model. Default: the scenario's.")
  private @Nullable String model;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Models models = new Models(Share.directory("models"));
    Told told = new Scenarios(models).read(word);
    Model under = model == null ? told.own() : models.read(model);
    Step step = step(told.scenario());
    Explained explained = Explained.of(told.scenario(), under.settings(), step);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "step %s under %s: %s, %s"
            .formatted(step.id(), under.name(), step.actor(), StepText.of(step)));
    boolean ok = explained.outcome().verdict().isOk();
    String reason = explained.reason().isEmpty() ? "" : ", " + explained.reason();
    out.println("  ends with " + explained.outcome().verdict() + reason);
    if (explained.asked().isEmpty()) {
      out.println("  no rule was asked");
    }
    for (Asked asked : explained.asked()) {
      out.println();
      explanation(asked.decision()).story(sentence(asked)).forEach(out::println);
    }
    out.flush();
    return ok ? 0 : DENIED;
  }

  private Step step(Scenario scenario) {
    List<Step> all = new ArrayList<>(scenario.setup());
    all.addAll(scenario.steps());
    List<String> ids = all.stream().map(Step::id).toList();
    int index = ids.indexOf(id);
    if (index < 0) {
      throw new Failure(word + ": " + Words.unknown("step", id, ids));
    }
    return all.get(index);
  }

  private static String sentence(Asked asked) {
    boolean open = asked.operation() == Operation.OPEN;
    return asked.operation().label() + " " + asked.path() + (open ? " for " + asked.access() : "");
  }

  private static Explanation explanation(Decision decision) {
    Deny deny = decision.deny();
    return new Explanation(
        deny == null ? "permit" : "deny",
        deny == null ? null : deny.rule(),
        deny == null ? null : deny.errno().toString(),
        deny == null ? null : deny.reason(),
        decision.verdicts().stream()
            .map(verdict -> new Explanation.Verdict(verdict.rule(), said(verdict)))
            .toList());
  }

  private static String said(Decision.Verdict verdict) {
    Deny deny = verdict.deny();
    if (deny != null) {
      return deny.errno() + ": " + deny.reason();
    }
    return verdict.allows() ? "allows; no later rule of the file is asked" : "no objection";
  }
}
