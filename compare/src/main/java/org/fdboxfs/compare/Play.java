package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verb;
import org.jspecify.annotations.Nullable;

/** One performance of a scenario, with processes of its own. Closing kills those that are left. */
final class Play implements AutoCloseable {
  /** Somebody who acts in no scenario, since no name has a blank: root, who looks. */
  static final String OBSERVER = "the observer";

  private final Scenario scenario;
  private final FrontEnd frontEnd;
  private final Path program;
  private final Store store;
  private final boolean counts;
  private final Map<String, Identity> identities = new HashMap<>();
  private final Map<String, ActorProcess> processes = new HashMap<>();

  /** What was never made, because the front end does not offer it: actor, slash, name. */
  private final Set<String> neverMade = new HashSet<>();

  /**
   * Prepares one.
   *
   * @param counts whether system calls are counted
   */
  Play(Scenario scenario, FrontEnd frontEnd, Path program, Store store, boolean counts) {
    this.scenario = scenario;
    this.frontEnd = frontEnd;
    this.program = program;
    this.store = store;
    this.counts = counts;
    identities.put(OBSERVER, Identity.ROOT);
    scenario.actors().forEach(actor -> identities.put(actor.name(), Identity.of(actor)));
  }

  /** Has somebody else act under a name. */
  Play with(String actor, Identity identity) {
    identities.put(actor, identity);
    return this;
  }

  /**
   * Performs the setup.
   *
   * @return the step that should have succeeded and did not, if there is one
   */
  Optional<Done> setUp() throws IOException, NotHereException, ComparisonException {
    for (Step step : scenario.setup()) {
      if (step.on().contains(frontEnd)) {
        Done done = perform(step);
        boolean asExpected =
            step.expect().verdict(frontEnd) == null
                ? done.outcome().verdict().isOk()
                : step.expect().isMetBy(frontEnd, done.outcome());
        if (!asExpected) {
          return Optional.of(done);
        }
      }
    }
    return Optional.empty();
  }

  /** Performs all that makes sense here, whatever comes of the setup. */
  List<Done> all() throws IOException, NotHereException, ComparisonException {
    List<Done> all = new ArrayList<>();
    for (Step step : scenario.setup()) {
      if (step.on().contains(frontEnd)) {
        all.add(perform(step));
      }
    }
    all.addAll(steps());
    return all;
  }

  /** Performs the steps that make sense here, after the setup. */
  List<Done> steps() throws IOException, NotHereException, ComparisonException {
    return stepsBefore(null);
  }

  /** Those before a step; all when it is null. */
  List<Done> stepsBefore(@Nullable Step end)
      throws IOException, NotHereException, ComparisonException {
    List<Done> all = new ArrayList<>();
    for (Step step : scenario.steps()) {
      if (step.equals(end)) {
        break;
      }
      if (step.on().contains(frontEnd)) {
        all.add(perform(step));
      }
    }
    return all;
  }

  /** All up to a step; what came of it. */
  Done stepsUpTo(Step last) throws IOException, NotHereException, ComparisonException {
    stepsBefore(last);
    return perform(last);
  }

  private Done perform(Step step) throws IOException, NotHereException, ComparisonException {
    try {
      return attempt(step);
    } catch (IOException e) {
      throw new IOException("line " + step.line() + ": " + e.getMessage(), e);
    }
  }

  private Done attempt(Step step) throws IOException, NotHereException, ComparisonException {
    if (step.verb() == Verb.EXIT) {
      exit(step.actor());
      return Done.plainly(step);
    }
    if (step.verb() == Verb.RESTART) {
      restart();
      return Done.plainly(step);
    }
    String handle = step.arguments().handle();
    boolean missing = handle != null && neverMade.contains(step.actor() + "/" + handle);
    Optional<List<String>> command =
        missing ? Optional.empty() : Translation.command(frontEnd, step);
    if (command.isEmpty()) {
      step.names().forEach(name -> neverMade.add(step.actor() + "/" + name));
      return Done.notOffered(step);
    }
    Answer answer = process(step.actor()).ask(command.get());
    return new Done(step, answer.outcome(), answer.nanos(), answer.calls());
  }

  private void exit(String actor) throws IOException {
    ActorProcess process = processes.remove(actor);
    if (process != null) {
      process.die();
      process.close();
    }
  }

  private void restart() throws IOException, NotHereException, ComparisonException {
    store.restart();
    for (ActorProcess process : processes.values()) {
      process.ask(List.of("enter")); // what was their working directory is gone
    }
  }

  /** Runs a command line as an actor: its exit status is the first word of what is said. */
  String shell(String actor, String line) throws IOException, NotHereException {
    return process(actor).ask(List.of("shell", line)).outcome().text();
  }

  private ActorProcess process(String actor) throws IOException, NotHereException {
    ActorProcess process = processes.get(actor);
    if (process == null) {
      Identity identity = Objects.requireNonNull(identities.get(actor), actor);
      process = ActorProcess.start(program, store, identity, counts);
      processes.put(actor, process);
    }
    return process;
  }

  @Override
  public void close() {
    processes.values().forEach(ActorProcess::close);
    processes.clear();
  }
}
