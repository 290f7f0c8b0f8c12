package org.fdboxfs.policy.rule;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * What the rules judge, valid under the guard's lock only.
 *
 * @param part what larger request it is a part of
 * @param directory where it happens; for a box itself, the box
 * @param name of the entry or directory concerned; of a new one, the name it would get
 * @param node what the request is about when it exists already
 * @param candidate what would go in; only with {@link Operation#PUT}
 * @param access what an open asks for; {@link Access#WRITE} of a change of size
 * @param added by how much a change of size adds to the bytes that the owner holds, or a rename to
 *     the entries of the box it goes to
 * @param asSet whether it is one of the opens of a whole group
 */
public record Request(
    Registry registry,
    Operation operation,
    Part part,
    Caller caller,
    Directory directory,
    String name,
    @Nullable Node node,
    @Nullable Candidate candidate,
    Access access,
    long added,
    boolean asSet) {

  /**
   * A descriptor that would become an entry.
   *
   * @param self whether it is a handle of an fdboxfs mount
   * @param bytes its size
   */
  public record Candidate(FdKind kind, boolean self, long bytes) {}

  /** What a request is a part of. */
  public enum Part {
    ITSELF,
    /** The claim of who takes by name. */
    OF_TAKE,
    /** The claim, the take or the removal of who gets a descriptor and lets its entry go. */
    OF_MOVE
  }

  /** A request about a node that exists. */
  public static Request about(
      Registry registry, Operation operation, Caller caller, Node node, Access access) {
    Directory parent = node.parent();
    Directory directory = node instanceof Box box ? box : parent == null ? registry.root() : parent;
    return new Request(
        registry,
        operation,
        Part.ITSELF,
        caller,
        directory,
        node.name(),
        node,
        null,
        access,
        0,
        false);
  }

  /** A request to add something to a directory. */
  public static Request adding(
      Registry registry,
      Operation operation,
      Caller caller,
      Directory directory,
      String name,
      @Nullable Candidate candidate) {
    return new Request(
        registry,
        operation,
        Part.ITSELF,
        caller,
        directory,
        name,
        null,
        candidate,
        Access.READ_WRITE,
        0,
        false);
  }

  /** The same request with what it adds. */
  public Request adding(long more) {
    return new Request(
        registry, operation, part, caller, directory, name, node, candidate, access, more, asSet);
  }

  /** The same request as one of those that open a whole group. */
  public Request ofSet() {
    return new Request(
        registry, operation, part, caller, directory, name, node, candidate, access, added, true);
  }

  /** The same request as a part of a larger one. */
  public Request as(Part of) {
    return new Request(
        registry, operation, of, caller, directory, name, node, candidate, access, added, asSet);
  }

  /** What it is for: the larger request, else the operation itself. */
  public String purpose() {
    return switch (part) {
      case ITSELF -> operation.label();
      case OF_TAKE -> "take";
      case OF_MOVE -> "move";
    };
  }

  /** Whether it changes the size of memory and nothing else, which is a kind of write. */
  public boolean resizes() {
    return operation == Operation.SETATTR && access == Access.WRITE;
  }

  /** The box concerned; null when one is about to be made at the root. */
  public @Nullable Box box() {
    return directory.box();
  }

  /** The entry concerned, when it exists and is one. */
  public @Nullable Entry entry() {
    return node instanceof Entry entry ? entry : null;
  }

  /** The kind concerned: of the entry, or of what would become one; null for directories. */
  public @Nullable FdKind kind() {
    Entry entry = entry();
    if (entry != null) {
      return entry.kind();
    }
    return candidate == null ? null : candidate.kind();
  }

  /** The name of the box concerned, also of one about to be made. */
  public String boxName() {
    Box box = box();
    return box == null ? name : box.name();
  }

  /** The path inside the box of what is concerned, without a leading slash; empty for a box. */
  public String pathInBox() {
    Box box = box();
    if (box == null || node == box) {
      return "";
    }
    String parent = pathInBox(directory);
    return parent.isEmpty() ? name : parent + "/" + name;
  }

  /** The path of a directory inside its box, without a leading slash; empty for the box itself. */
  public static String pathInBox(Directory directory) {
    Directory parent = directory.parent();
    if (directory instanceof Box || parent == null) {
      return "";
    }
    String above = pathInBox(parent);
    return above.isEmpty() ? directory.name() : above + "/" + directory.name();
  }
}
