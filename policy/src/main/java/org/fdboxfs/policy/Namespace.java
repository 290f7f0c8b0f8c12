package org.fdboxfs.policy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Event.Subject;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** What has which name. Mode bits are checked by the kernel before it asks. */
public final class Namespace {
  private static final int SET_GROUP_ID = 02000;

  private final Guard guard;

  Namespace(Guard guard) {
    this.guard = guard;
  }

  /**
   * The inode number at a path.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public long inodeAt(String path) throws FsException {
    return guard.locked(() -> guard.paths().resolve(path).inode());
  }

  /**
   * The inode number of a node, for somebody.
   *
   * @throws FsException also {@code EACCES} where modes do not let it get there
   */
  public long inodeOf(Target target, Caller caller) throws FsException {
    return guard.locked(() -> guard.paths().resolve(target, caller).inode());
  }

  /** Whether a node is in the namespace, by its inode number. */
  public boolean isListed(long inode) {
    try {
      return guard.locked(() -> guard.registry().byInode(inode) != null);
    } catch (FsException e) {
      throw new IllegalStateException("looking cannot be refused", e);
    }
  }

  /**
   * Whether a directory lists a name.
   *
   * @param directory inode number
   * @return also true when there is no such directory: the caller then asks in another way
   */
  public boolean mayList(long directory, String name) throws FsException {
    return guard.locked(
        () ->
            !(guard.registry().byInode(directory) instanceof Directory listed)
                || listed.child(name) != null);
  }

  /**
   * Opens a directory for reading: it is the same after a rename, and still there after rmdir.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public Target openDirectory(String path) throws FsException {
    return guard.locked(() -> new Target.OpenDirectory(directory(Target.at(path))));
  }

  /**
   * The same for somebody.
   *
   * @throws FsException also {@code EACCES} where modes do not let it read the directory, and what
   *     the rules say
   */
  public Target openDirectory(String path, Caller caller) throws FsException {
    return guard.locked(
        () -> {
          guard.paths().resolve(Target.at(path), caller);
          Directory directory = directory(Target.at(path));
          guard.modes().requireReadable(directory, caller);
          guard.permit(
              Request.about(guard.registry(), Operation.LIST, caller, directory, Access.READ));
          return new Target.OpenDirectory(directory);
        });
  }

  /**
   * What a directory holds at this moment; counts as reading it.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public Listing list(Target target) throws FsException {
    return guard.locked(
        () -> {
          Directory directory = directory(target);
          directory.markRead(guard.registry().now());
          return new Listing(directory);
        });
  }

  /** Under the lock. */
  private Directory directory(Target target) throws FsException {
    if (guard.paths().resolve(target) instanceof Directory directory) {
      return directory;
    }
    throw new FsException(Errno.ENOTDIR, "not a directory");
  }

  /**
   * Makes a directory; at the root, a box.
   *
   * @throws FsException those of {@link Registry#mkdir}, and what the rules say
   */
  public void mkdir(String path, int mode, Caller caller) throws FsException {
    caller.credentials(); // looked up before the lock is taken
    caller.processKey();
    long into = guard.locked(() -> make(path, mode, caller));
    if (!caller.modesChecked()) {
      guard.tellChanged(into);
    }
    tellBoxes(path);
  }

  /** Under the lock; returns the inode number of the directory that has the new one. */
  private long make(String path, int mode, Caller caller) throws FsException {
    Registry registry = guard.registry();
    Directory parent = guard.paths().parentOf(path, caller);
    String name = Paths.nameOf(path);
    guard.modes().requireFree(parent, name, caller);
    guard.permit(Request.adding(registry, Operation.MKDIR, caller, parent, name, null));
    int inherited = parent.mode() & SET_GROUP_ID;
    Ownership owner = Puts.ownership(parent, caller, mode | inherited);
    Directory made = registry.mkdir(parent, name, owner);
    registry.madeBy(made, caller);
    guard.happened("mkdir", caller, Place.of(made), "", Subject.of(made));
    return parent.inode();
  }

  /** Not under the lock: a change at the root is one of the boxes. */
  private void tellBoxes(String path) {
    if (path.lastIndexOf('/') == 0) {
      guard.boxes().changed();
    }
  }

  /**
   * Lets an entry go. Who has it open keeps what it has.
   *
   * @return its inode number
   * @throws FsException {@code ENOENT}, {@code EISDIR}, and what the rules say
   */
  @CanIgnoreReturnValue
  public long unlink(String path, Caller caller) throws FsException {
    return remove(path, Operation.REMOVE, caller);
  }

  /**
   * Removes an empty directory.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}, {@code ENOTEMPTY}, and what the rules say
   */
  public void rmdir(String path, Caller caller) throws FsException {
    remove(path, Operation.RMDIR, caller);
  }

  /** What was taken out of the namespace: the descriptor of an entry is still to be closed. */
  private record Removed(Place place, long inode, @Nullable Descriptor descriptor) {
    void close() {
      if (descriptor != null) {
        descriptor.close();
      }
    }
  }

  @CanIgnoreReturnValue
  private long remove(String path, Operation operation, Caller caller) throws FsException {
    Removed removed = guard.locked(() -> removeNode(path, operation, caller));
    removed.close();
    if (!caller.modesChecked()) {
      guard.tellGone(removed.place());
    }
    tellBoxes(path);
    return removed.inode();
  }

  /** Under the lock. */
  private Removed removeNode(String path, Operation operation, Caller caller) throws FsException {
    Node node = guard.paths().resolve(Target.at(path), caller);
    Request request = Request.about(guard.registry(), operation, caller, node, Access.READ_WRITE);
    guard.modes().permit(request); // the kernel says first that it may not be changed at all
    boolean wantsDirectory = operation == Operation.RMDIR;
    if (wantsDirectory != (node instanceof Directory)) {
      throw wantsDirectory
          ? new FsException(Errno.ENOTDIR, "not a directory")
          : new FsException(Errno.EISDIR, "is a directory");
    }
    guard.permit(request);
    Place place = Place.of(node);
    Removed removed = new Removed(place, node.inode(), detach(node));
    guard.happened(operation.label(), caller, place, "", Subject.of(node));
    return removed;
  }

  /** Under the lock. */
  private @Nullable Descriptor detach(Node node) throws FsException {
    return node instanceof Entry entry ? guard.detach(entry) : guard.registry().remove(node);
  }

  /** Lets an entry go whose descriptor hung up, unless its box is sealed. */
  void hungUp(Entry entry) {
    try {
      Optional<Removed> left = guard.locked(() -> removeHungUp(entry));
      left.ifPresent(
          removed -> {
            removed.close();
            guard.tellGone(removed.place());
          });
    } catch (FsException e) {
      throw new IllegalStateException("an entry can always be let go", e);
    }
  }

  /** Under the lock. */
  private Optional<Removed> removeHungUp(Entry entry) throws FsException {
    Box box = entry.box();
    if (!entry.linked() || box == null || box.isSealed()) {
      return Optional.empty();
    }
    guard.journal().hungUp(guard.registry().now(), entry);
    Place place = Place.of(entry);
    return Optional.of(new Removed(place, entry.inode(), guard.detach(entry)));
  }

  /**
   * Renames as rename(2), replacing the target in one step.
   *
   * @param keepTarget refuse with {@code EEXIST} when the target exists (RENAME_NOREPLACE)
   * @throws FsException those of {@link Registry#rename}, and what the rules say of source, target
   *     and what would be replaced
   */
  public void rename(String from, String to, boolean keepTarget, Caller caller) throws FsException {
    Optional<Descriptor> replaced =
        guard.locked(
            () -> {
              guard.modes().walk(from, to, caller);
              Node node = guard.paths().resolve(from);
              Directory into = guard.paths().parentOf(to);
              String as = Paths.nameOf(to);
              Node target = into.child(as);
              if (target != null && keepTarget) {
                throw new FsException(Errno.EEXIST, "the name is taken");
              }
              if (node == target && !caller.modesChecked()) {
                return Optional.empty(); // the kernel does not ask
              }
              guard.modes().permitRename(node, into, as, target, caller);
              permitRename(node, into, as, caller);
              Place before = Place.of(node);
              guard.endLingering(target);
              Descriptor left = guard.registry().rename(node, into, as);
              guard
                  .journal()
                  .renamed(
                      guard.registry().now(), caller, before, Place.of(node), Subject.of(node));
              return Optional.ofNullable(left);
            });
    replaced.ifPresent(Descriptor::close);
    tellBoxes(to);
  }

  /** Under the lock. */
  private void permitRename(Node node, Directory into, String as, Caller caller)
      throws FsException {
    for (Request request : renameRequests(guard.registry(), node, into, as, caller)) {
      guard.permit(request);
    }
  }

  /** What a rename asks of the rules: of the node, of what it replaces, of where it goes. */
  public static List<Request> renameRequests(
      Registry registry, Node node, Directory into, String as, Caller caller) {
    Node target = into.child(as);
    List<Request> requests = new ArrayList<>();
    requests.add(Request.about(registry, Operation.RENAME, caller, node, Access.READ_WRITE));
    if (target != null) {
      requests.add(Request.about(registry, Operation.RENAME, caller, target, Access.READ_WRITE));
    }
    if (!into.isRoot()) {
      int entries = node instanceof Directory below ? Registry.entriesBelow(below).size() : 1;
      int replaced = target instanceof Entry ? 1 : 0;
      Candidate moved = node instanceof Entry entry ? new Candidate(entry.kind(), false, 0) : null;
      requests.add(
          Request.adding(registry, Operation.RENAME, caller, into, as, moved)
              .adding(into.box() == node.box() ? 0 : entries - replaced));
    }
    return requests;
  }
}
