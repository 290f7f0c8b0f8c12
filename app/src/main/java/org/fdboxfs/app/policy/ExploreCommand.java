package org.fdboxfs.app.policy;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.host.Screen;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.app.policy.Scenarios.Told;
import org.fdboxfs.policy.config.InvariantCompiler;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.Words;
import org.fdboxfs.policy.experiment.Actor;
import org.fdboxfs.policy.experiment.Exploration;
import org.fdboxfs.policy.experiment.Exploration.Broken;
import org.fdboxfs.policy.experiment.Exploration.Figures;
import org.fdboxfs.policy.experiment.Exploration.Traced;
import org.fdboxfs.policy.experiment.Explorer;
import org.fdboxfs.policy.experiment.ScenarioFailedException;
import org.fdboxfs.policy.experiment.Stated;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy explore}. */
@Command(
    name = "explore",
    header =
        "Walk every order of a scenario's steps, and show the shortest way to break something.",
    description = {
      "Each actor makes its steps in its own order; between the actors every order is tried. What"
          + " is built in must hold in each, and so must the scenario's invariants.",
      "Exit status 1 where something is broken, or not all could be walked."
    })
final class ExploreCommand implements Callable<Integer> {
  private static final int MOST_STATES = 2_000_000;
  private static final long SECOND = 1_000_000_000L;

  @Parameters(paramLabel = "SCENARIO", description = "A scenario file.")
  private String word = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A policy file or the name of a model. Default: the scenario's.")
  private @Nullable String model;

  @Option(
      names = "--crashes",
      paramLabel = "ACTOR",
      split = ",",
      description = "Actors that may be killed at any moment; all means every one.")
  private Set<String> crashes = new LinkedHashSet<>();

  @Option(
      names = "--max-states",
      paramLabel = "N",
      description = "Stop after so many different states. Default: " + MOST_STATES + ".")
  private int mostStates = MOST_STATES;

  @Spec private CommandSpec spec = CommandSpec.create();

  private long told = System.nanoTime();
  private boolean showing;

  @Override
  public Integer call() {
    if (mostStates < 1) {
      throw new ParameterException(spec.commandLine(), "--max-states must be at least 1");
    }
    Models models = new Models(Share.directory("models"));
    Told scenario = new Scenarios(models).read(word);
    Model chosen = model == null ? scenario.own() : models.read(model);
    Explorer explorer =
        new Explorer(
            scenario.scenario(),
            chosen.settings(),
            stated(scenario),
            crashing(scenario),
            mostStates,
            this::progress);
    Exploration walked = explore(explorer);
    PrintWriter out = spec.commandLine().getOut();
    report(walked, out);
    out.flush();
    return walked.holds() ? 0 : 1;
  }

  private static List<Stated> stated(Told scenario) {
    try {
      return InvariantCompiler.compile(scenario.scenario().invariants());
    } catch (PolicyFormatException e) {
      throw new Failure(Models.problems(scenario.file(), e));
    }
  }

  private Set<String> crashing(Told scenario) {
    List<String> names = scenario.scenario().actors().stream().map(Actor::name).toList();
    if (crashes.contains("all")) {
      return Set.copyOf(names);
    }
    for (String name : crashes) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(), "--crashes: " + Words.unknown("actor", name, names));
      }
    }
    return crashes;
  }

  private Exploration explore(Explorer explorer) {
    try {
      return explorer.explore();
    } catch (ScenarioFailedException e) {
      throw new Failure(e.in(word));
    } finally {
      if (showing) {
        spec.commandLine().getErr().print("\r\033[K");
        spec.commandLine().getErr().flush();
      }
    }
  }

  /** At a terminal, once a second. */
  private void progress(Figures figures, long waiting) {
    long now = System.nanoTime();
    if (now - told < SECOND) {
      return;
    }
    told = now;
    if (!Screen.isTerminal(2)) {
      return;
    }
    showing = true;
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "\r\033[K%,d states, %,d waiting, depth %d, %,d states/s",
        figures.states(),
        waiting,
        figures.depth(),
        figures.statesPerSecond());
    err.flush();
  }

  private static void report(Exploration walked, PrintWriter out) {
    Broken broken = walked.broken();
    if (broken != null) {
      out.printf("broken: %s: %s%n", broken.invariant(), broken.sentence());
      out.printf("        %s%n%n", broken.how());
      int number = 0;
      for (Traced each : broken.trace()) {
        out.printf("%3d  %s%n", ++number, line(each));
      }
      out.printf("%nthen:%n");
      broken.state().forEach(line -> out.printf("     %s%n", line));
      out.println();
    } else if (walked.stopped() != null) {
      out.printf("not complete: %s; nothing was broken so far%n", walked.stopped());
    } else {
      out.println("every invariant holds");
    }
    Figures figures = walked.figures();
    out.printf(
        Locale.ROOT,
        "%d states, %d transitions, depth %d, %.1f s, %d states/s%n",
        figures.states(),
        figures.transitions(),
        figures.depth(),
        figures.nanos() / (double) SECOND,
        figures.statesPerSecond());
  }

  private static String line(Traced each) {
    String who = each.actor().isEmpty() ? "" : each.actor() + ": ";
    String why = each.why().isEmpty() ? "" : " (" + each.why() + ")";
    return who + each.action() + " -> " + each.outcome() + why;
  }
}
