package org.fdboxfs.policy.experiment;

import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;

/** What somebody may want to do with something that is there, as a step of its own. */
public enum Ask {
  LIST(Verb.LIST, Sort.DIRECTORY),
  READ(Verb.OPEN, Sort.ENTRY),
  WRITE(Verb.OPEN, Sort.ENTRY),
  /** The real descriptor, by an open and a take. */
  OBTAIN(Verb.OBTAIN, Sort.ENTRY),
  /** The descriptor and the entry go out together. */
  GET(Verb.GET, Sort.ENTRY),
  PUT(Verb.PUT, Sort.DIRECTORY),
  CREATE(Verb.CREATE, Sort.DIRECTORY),
  MKDIR(Verb.MKDIR, Sort.ANY_DIRECTORY),
  REMOVE(Verb.REMOVE, Sort.ENTRY),
  RMDIR(Verb.RMDIR, Sort.EMPTY),
  RENAME(Verb.RENAME, Sort.NODE),
  CHMOD(Verb.CHMOD, Sort.NODE),
  RESIZE(Verb.TRUNCATE, Sort.MEMORY),
  MARK(Verb.MARK, Sort.DIRECTORY),
  SEAL(Verb.SEAL, Sort.LIVE_BOX),
  UNSEAL(Verb.UNSEAL, Sort.SEALED_BOX);

  /** What it can be asked about. */
  private enum Sort {
    ANY_DIRECTORY,
    DIRECTORY,
    EMPTY,
    LIVE_BOX,
    SEALED_BOX,
    NODE,
    ENTRY,
    MEMORY;

    boolean fits(Node node) {
      boolean root = node instanceof Directory directory && directory.isRoot();
      return switch (this) {
        case ANY_DIRECTORY -> node instanceof Directory;
        case DIRECTORY -> node instanceof Directory && !root;
        case EMPTY -> !root && node instanceof Directory empty && empty.children().isEmpty();
        case LIVE_BOX -> node instanceof Box box && !box.isSealed();
        case SEALED_BOX -> node instanceof Box box && box.isSealed();
        case NODE -> !root;
        case ENTRY -> node instanceof Entry;
        case MEMORY -> node instanceof Entry entry && entry.kind().use() == FdKind.Use.MEMORY;
      };
    }
  }

  /** What an actor's descriptor is called that is made to be put; no name of a scenario is. */
  private static final String MADE = "(asked)";

  private static final String NEW_NAME = "new";

  private final Verb verb;
  private final Sort sort;

  Ask(Verb verb, Sort sort) {
    this.verb = verb;
    this.sort = sort;
  }

  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  boolean fits(Node node) {
    return sort.fits(node);
  }

  /** Plays it. */
  Outcome play(Simulation simulation, String actor, Node node) {
    if (this == PUT) {
      Outcome made = simulation.run(step(actor, Verb.DESCRIPTOR, memory()));
      if (!made.verdict().isOk()) {
        throw new IllegalStateException("everybody can make memory: " + made);
      }
    }
    return simulation.run(step(actor, verb, arguments(node)));
  }

  private static Step step(String actor, Verb verb, Arguments arguments) {
    return new Step(
        0,
        "asked",
        actor,
        verb,
        arguments,
        Set.of(FrontEnd.FILESYSTEM),
        Expectation.NONE,
        java.util.Map.of());
  }

  private static Arguments memory() {
    return new Arguments(
        null, null, null, MADE, FdKind.MEMFD, null, null, null, null, null, null, null);
  }

  private Arguments arguments(Node node) {
    String path = pathOf(node);
    String inside = path.equals(".") ? freeName(node) : path + "/" + freeName(node);
    boolean adds = this == PUT || this == CREATE || this == MKDIR;
    return new Arguments(
        adds ? inside : path,
        this == RENAME ? beside(node) : null,
        this == PUT ? MADE : null,
        null,
        null,
        this == READ ? Access.READ : this == WRITE ? Access.WRITE : null,
        this == MARK ? Link.Open.NONE : null,
        this == CHMOD ? Integer.valueOf(node.mode()) : null,
        this == RESIZE ? Long.valueOf(0) : null,
        null,
        null,
        null);
  }

  /** As a scenario has it. */
  static String pathOf(Node node) {
    return node.path().equals("/") ? "." : node.path().substring(1);
  }

  private static String beside(Node node) {
    Directory parent = node.parent();
    String name = parent == null ? NEW_NAME : freeName(parent);
    return parent == null || parent.isRoot() ? name : parent.path().substring(1) + "/" + name;
  }

  private static String freeName(Node node) {
    Set<String> taken =
        node instanceof Directory directory
            ? directory.children().stream().map(Node::name).collect(Collectors.toSet())
            : Set.of();
    String name = NEW_NAME;
    for (int i = 2; taken.contains(name); i++) {
      name = NEW_NAME + i;
    }
    return name;
  }
}
