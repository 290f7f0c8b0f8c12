package org.fdboxfs.policy.experiment;

import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings.Quotas;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/** What goes in may, by its kind and by the quotas; what is moved out is gone. */
final class InAndOut extends Promise {
  InAndOut() {
    super("in-and-out", "only what may be put goes in, within the quotas, and a move takes it out");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Step step = happened.step();
    if (step == null || !happened.outcome().verdict().isOk()) {
      return null;
    }
    Simulation simulation = happened.simulation();
    SimulatedProcess by = simulation.living(step.actor());
    String path = String.valueOf(step.arguments().path());
    Node node = simulation.at(path);
    if (step.verb() == Verb.GET) {
      return node == null ? null : path + " was moved out and is there";
    }
    if (step.verb() == Verb.RENAME) {
      return tooMany(simulation, simulation.at(String.valueOf(step.arguments().to())));
    }
    if (by == null || node == null) {
      return null;
    }
    if (step.verb() == Verb.MKDIR) {
      return node instanceof Box ? tooManyBoxes(simulation, by) : null;
    }
    if (step.verb() != Verb.PUT && step.verb() != Verb.CREATE) {
      return null;
    }
    String forbidden = forbidden(simulation, step, path, (Entry) node, by);
    return forbidden == null ? tooManyEntries(simulation, node, by) : forbidden;
  }

  private static @Nullable String forbidden(
      Simulation simulation, Step step, String path, Entry entry, SimulatedProcess by) {
    FdKind kind = entry.kind();
    if (!simulation.settings().kinds().getOrDefault(kind, kind.allowedByDefault())) {
      return path + " is of kind " + kind + ", which may not be put";
    }
    boolean ours = step.verb() == Verb.PUT && by.held(step.handle()) instanceof MountHandle;
    return ours ? path + " is a handle of the mount" : null;
  }

  private static @Nullable String tooManyBoxes(Simulation simulation, SimulatedProcess by) {
    int most = simulation.settings().quotas().boxesPerUser();
    long boxes = simulation.registry().root().children().stream().filter(by::owns).count();
    return boxes > most
        ? "%s has %d boxes, and may have %d".formatted(by.actor(), boxes, most)
        : null;
  }

  private static @Nullable String tooManyEntries(
      Simulation simulation, Node node, SimulatedProcess by) {
    int most = simulation.settings().quotas().entriesPerUser();
    Directory root = simulation.registry().root();
    long entries = Terms.entries(root).stream().filter(by::owns).count();
    return entries > most
        ? "%s has %d entries, and may have %d".formatted(by.actor(), entries, most)
        : tooMany(simulation, node);
  }

  private static @Nullable String tooMany(Simulation simulation, @Nullable Node in) {
    Quotas quotas = simulation.settings().quotas();
    Box box = in == null ? null : in.box();
    int entries = box == null ? 0 : Terms.entries(box).size();
    return box != null && entries > quotas.entriesPerBox()
        ? "there are %d entries in %s, and %d may be"
            .formatted(entries, box.name(), quotas.entriesPerBox())
        : null;
  }
}
