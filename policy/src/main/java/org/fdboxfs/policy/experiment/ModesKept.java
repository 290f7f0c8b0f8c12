package org.fdboxfs.policy.experiment;

import java.util.List;
import org.fdboxfs.policy.experiment.kernel.SimulatedProcess;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/** What is done to names and nodes, modes and owners let whoever did it do. */
final class ModesKept extends Promise {
  ModesKept() {
    super("modes", "nobody changes what its mode or its owner does not let one change");
  }

  @Override
  @Nullable String broken(Happened happened) {
    Step step = happened.step();
    SimulatedProcess by = step == null ? null : happened.simulation().living(step.actor());
    if (step == null || by == null || !happened.outcome().verdict().isOk()) {
      return null;
    }
    Terms terms = new Terms(happened.simulation());
    String path = String.valueOf(step.arguments().path());
    String to = String.valueOf(step.arguments().to());
    return switch (step.verb()) {
      case MKDIR, PUT, CREATE, REMOVE, RMDIR, GET -> unwritable(terms, by, List.of(path));
      case RENAME -> unwritable(terms, by, List.of(path, to));
      case CHMOD, MARK, SEAL, UNSEAL -> notOwned(by, happened.simulation().at(path));
      default -> null;
    };
  }

  /** A step leaves the directories that it changes where they are, and as they are. */
  private static @Nullable String unwritable(Terms terms, SimulatedProcess by, List<String> paths) {
    for (String path : paths) {
      Directory directory = terms.directoryOf(path);
      if (directory != null && !terms.modesAllowChange(directory, by)) {
        return "%s may not write %s, where its mode is %04o"
            .formatted(by.actor(), directory.path().substring(1), directory.mode());
      }
    }
    return null;
  }

  private static @Nullable String notOwned(SimulatedProcess by, @Nullable Node node) {
    return node == null || Terms.mayAsOwner(node, by)
        ? null
        : by.actor() + " does not own " + node.path().substring(1);
  }
}
