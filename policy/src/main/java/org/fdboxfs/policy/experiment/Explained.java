package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.experiment.kernel.Held;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Why a step of a scenario ends as it does.
 *
 * @param asked what the rules are asked for its sake, in order; those that come after a refusal are
 *     not there, and none are where the path leads nowhere
 * @param outcome what comes of it
 * @param reason of a refusal, also of one that no rule made; empty when there is none
 */
public record Explained(List<Asked> asked, Outcome outcome, String reason) {
  /**
   * One request.
   *
   * @param path from the root of the mount
   */
  public record Asked(Operation operation, String path, Access access, Decision decision) {}

  /**
   * Plays a scenario up to a step, and asks there.
   *
   * @param step of the scenario
   */
  public static Explained of(Scenario scenario, PolicySettings settings, Step step) {
    Simulation simulation = new Simulation(scenario, settings);
    List<Step> all = new ArrayList<>(scenario.setup());
    all.addAll(scenario.steps());
    for (Step before : all) {
      if (before.id().equals(step.id())) {
        break;
      }
      simulation.run(before);
    }
    simulation.releaseAll();
    List<Asked> asked = ask(simulation, step);
    Outcome outcome = simulation.run(step);
    return new Explained(asked, outcome, simulation.reason());
  }

  private static List<Asked> ask(Simulation simulation, Step step) {
    List<Asked> asked = new ArrayList<>();
    for (Operation operation : operations(step)) {
      Asked next = ask(simulation, step, operation);
      if (next == null) {
        break;
      }
      asked.add(next);
      if (!next.decision().permitted()) {
        break;
      }
    }
    return asked;
  }

  private static @Nullable Asked ask(Simulation simulation, Step step, Operation operation) {
    Caller caller = simulation.process(step.actor()).onMount();
    String path = path(simulation, step);
    if (path == null) {
      return null;
    }
    Access access = access(step);
    try {
      Decision decision =
          simulation
              .guard()
              .inspection()
              .explain(path, operation, access, kind(simulation, step), caller);
      return new Asked(operation, path, access, decision);
    } catch (FsException e) {
      return null; // the outcome says what is wrong with the path
    }
  }

  /** What the rules are asked about, for a verb; nothing where it is not theirs to say. */
  private static List<Operation> operations(Step step) {
    return switch (step.verb()) {
      case MKDIR -> List.of(Operation.MKDIR);
      case RMDIR -> List.of(Operation.RMDIR);
      case PUT, CREATE -> List.of(Operation.PUT);
      case OBTAIN -> List.of(Operation.OPEN, Operation.TAKE);
      case GET -> List.of(Operation.OPEN, Operation.TAKE, Operation.REMOVE);
      case OPEN -> List.of(Operation.OPEN);
      case READ, WRITE, MAP ->
          step.arguments().path() == null ? List.of() : List.of(Operation.OPEN);
      case TRUNCATE -> List.of(Operation.SETATTR);
      case TAKE -> List.of(Operation.TAKE);
      case REMOVE -> List.of(Operation.REMOVE);
      case RENAME -> List.of(Operation.RENAME);
      case CHMOD, CHOWN, MARK -> List.of(Operation.SETATTR);
      case SEAL -> List.of(Operation.SEAL);
      case UNSEAL -> List.of(Operation.UNSEAL);
      case DESCRIPTOR, CLOSE, LIST, STAT, EXIT, RESTART -> List.of();
    };
  }

  private static Access access(Step step) {
    Access given = step.arguments().access();
    return switch (step.verb()) {
      case READ -> Access.READ;
      default -> given == null ? Access.READ_WRITE : given;
    };
  }

  /** From the root of the mount: of the step, or of what its handle is open on. */
  private static @Nullable String path(Simulation simulation, Step step) {
    String path = step.arguments().path();
    if (path != null) {
      return Simulation.pathOf(path);
    }
    String name = step.arguments().handle();
    Held held = name == null ? null : simulation.process(step.actor()).held(name);
    return held instanceof MountHandle handle && !handle.grants().isEmpty()
        ? "/" + handle.grants().get(0).path()
        : null;
  }

  private static @Nullable FdKind kind(Simulation simulation, Step step) {
    if (step.verb() != Verb.PUT) {
      return FdKind.MEMFD;
    }
    String name = step.arguments().handle();
    Held held = name == null ? null : simulation.process(step.actor()).held(name);
    return held == null || held.files().isEmpty() ? null : held.files().get(0).kind();
  }
}
