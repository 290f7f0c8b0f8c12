package org.fdboxfs.policy.experiment.trace;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.experiment.kernel.Content;
import org.fdboxfs.policy.experiment.kernel.OpenFile;
import org.fdboxfs.policy.experiment.kernel.SimulatedDescriptor;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * The namespace as a trace tells it: boxes that the trace saw being made, and what happened in them
 * since. Of all others it only knows that it does not know them.
 */
final class World {
  private static final String MARK = "user.fdbox.";

  private final Map<Long, Claim> claims = new HashMap<>();
  private final Map<String, String> unknown = new HashMap<>();
  private Timestamp now = new Timestamp(0, 0);
  private Registry registry = empty();
  private String before = "";

  private Registry empty() {
    return new Registry(() -> Instant.ofEpochSecond(now.seconds(), now.nanos()), 0, 0);
  }

  Registry registry() {
    return registry;
  }

  /** Whether users may have more than is known. */
  boolean isPartial() {
    return !before.isEmpty() || !unknown.isEmpty();
  }

  /**
   * Forgets everything.
   *
   * @param why for instance that events are missing
   */
  void forget(String why) {
    registry = empty();
    claims.clear();
    unknown.clear();
    before = why;
  }

  /** Why nothing can be said about a path; null when the box it is in is known. */
  @Nullable String doubtAbout(String path) {
    String box = boxOf(path);
    String why = unknown.get(box);
    if (why != null) {
      return why;
    }
    boolean known = registry.root().child(box) != null;
    return known || before.isEmpty() ? null : "what is in box " + box + ": " + before;
  }

  private static String boxOf(String path) {
    String[] names = path.split("/", -1);
    return names.length > 1 ? names[1] : "";
  }

  /** The node at a path, or null. */
  @Nullable Node find(String path) {
    Node node = registry.root();
    for (String name : path.substring(1).split("/", -1)) {
      node = node instanceof Directory directory ? directory.child(name) : null;
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** The directory that a path is or would be in, or null. */
  @Nullable Directory parentOf(String path) {
    int slash = path.lastIndexOf('/');
    Node parent = slash <= 0 ? registry.root() : find(path.substring(0, slash));
    return parent instanceof Directory directory ? directory : null;
  }

  static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Makes happen what happened. What cannot have been so makes its box unknown. */
  void apply(Event event) {
    now = event.time();
    try {
      happen(event);
    } catch (FsException e) {
      doubt(event.path(), "event " + event.sequence() + " does not fit what came before it");
    }
  }

  private void doubt(String path, String why) {
    String box = boxOf(path);
    if (registry.root().child(box) instanceof Directory directory) {
      remove(directory);
    }
    unknown.put(box, "what is in box " + box + ": " + why);
  }

  private void remove(Node node) {
    if (node instanceof Directory directory) {
      List.copyOf(directory.children()).forEach(this::remove);
    }
    try {
      registry.remove(node);
    } catch (FsException e) {
      throw new IllegalStateException("what is empty can be removed", e);
    }
  }

  private void happen(Event event) throws FsException {
    if (event.type().equals("mkdir") && nameOf(event.path()).equals(boxOf(event.path()))) {
      unknown.remove(nameOf(event.path()));
    } else if (event.type().equals("release")) {
      release(event);
      return;
    } else if (event.type().equals("policy") || event.deny() != null || isUnknown(event)) {
      return;
    }
    switch (event.type()) {
      case "mkdir" -> registry.mkdir(directory(event), nameOf(event.path()), owner(event));
      case "put" -> put(event);
      case "open" -> open(event);
      case "move", "remove", "rmdir", "hangup" -> registry.remove(node(event));
      case "rename" -> rename(event);
      case "setattr" -> setattr(event);
      case "seal" -> box(event).setSealed(true, now);
      case "unseal" -> box(event).setSealed(false, now);
      default -> {}
    }
  }

  private boolean isUnknown(Event event) {
    if (doubtAbout(event.path()) == null) {
      return false;
    }
    if (event.type().equals("rename") && doubtAbout(event.detail()) == null) {
      doubt(event.detail(), "event " + event.sequence() + " moved something unknown into it");
    }
    return true;
  }

  private static FsException contradiction() {
    return new FsException(Errno.EINVAL, "the trace contradicts itself");
  }

  private Node node(Event event) throws FsException {
    Node node = find(event.path());
    if (node == null) {
      throw contradiction();
    }
    return node;
  }

  private Directory directory(Event event) throws FsException {
    Directory parent = parentOf(event.path());
    if (parent == null) {
      throw contradiction();
    }
    return parent;
  }

  private Box box(Event event) throws FsException {
    if (node(event) instanceof Box box) {
      return box;
    }
    throw contradiction();
  }

  private static Ownership owner(Event event) throws FsException {
    Event.Owner owner = event.subject().owner();
    if (owner == null) {
      throw contradiction();
    }
    return new Ownership(owner.uid(), owner.gid(), owner.mode());
  }

  private void put(Event event) throws FsException {
    FdKind kind = event.subject().kind();
    Access access = event.subject().access();
    if (kind == null) {
      throw contradiction();
    }
    Long bytes = event.subject().bytes();
    OpenFile file =
        new OpenFile(
            kind,
            access == null ? Access.READ_WRITE : access,
            new Content(bytes == null ? 0 : bytes));
    SimulatedDescriptor descriptor = new SimulatedDescriptor(file, true);
    registry.put(
        directory(event),
        nameOf(event.path()),
        owner(event),
        descriptor,
        kind.use() == FdKind.Use.MEMORY ? descriptor.stat() : null);
  }

  private void open(Event event) throws FsException {
    if (!(node(event) instanceof Entry entry) || event.subject().access() == null) {
      throw contradiction();
    }
    seen(entry, event);
    Access access = Objects.requireNonNull(event.subject().access());
    Claim claim = registry.claim(entry, access, new TraceProcesses(event).caller(), true);
    claims.put(event.subject().claim(), claim);
  }

  private void release(Event event) {
    Claim claim = claims.remove(event.subject().claim());
    if (claim != null) {
      registry.release(claim);
    }
  }

  private void rename(Event event) throws FsException {
    String why = doubtAbout(event.detail());
    Directory into = parentOf(event.detail());
    if (why != null || into == null) {
      remove(node(event));
      return;
    }
    registry.rename(node(event), into, nameOf(event.detail()));
  }

  private void setattr(Event event) throws FsException {
    Node node = node(event);
    Ownership owner = owner(event);
    node.setMode(owner.mode(), now);
    registry.chown(node, owner.uid(), owner.gid());
    if (node instanceof Entry entry) {
      seen(entry, event);
    }
    String detail = event.detail();
    int value = detail.indexOf('=');
    if (detail.startsWith(MARK)) {
      if (value < 0) {
        String key = detail + " of " + event.path();
        doubt(event.path(), "the trace does not tell " + key + " since event " + event.sequence());
        return;
      }
      byte[] bytes = detail.substring(value + 1).getBytes(StandardCharsets.UTF_8);
      registry.setXattr(node, detail.substring(0, value), bytes);
    } else if (detail.startsWith("-" + MARK)) {
      registry.removeXattr(node, detail.substring(1));
    }
  }

  private void seen(Entry entry, Event event) {
    Long bytes = event.subject().bytes();
    if (bytes != null) {
      registry.seenSize(entry, bytes);
    }
  }
}
