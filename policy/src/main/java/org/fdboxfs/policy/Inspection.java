package org.fdboxfs.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/** What is there and who holds it, told only to those who could list it themselves. */
public final class Inspection {
  /** A box with the parts of it that the caller may see. */
  public record BoxView(
      String name,
      int uid,
      int gid,
      int mode,
      String state,
      List<GroupView> groups,
      List<EntryView> entries) {}

  /**
   * A group.
   *
   * @param path inside the box, empty for the box itself
   */
  public record GroupView(String path, String open, String rule) {}

  /**
   * An entry.
   *
   * @param path inside the box
   * @param size in bytes
   */
  public record EntryView(
      String path,
      FdKind kind,
      int uid,
      int gid,
      int mode,
      long size,
      int writers,
      String state,
      List<ClaimView> claimants) {}

  /** A claim. */
  public record ClaimView(int pid, int uid, Access access, Timestamp since) {}

  /**
   * What a directory lists.
   *
   * @param kind null for a directory
   */
  public record Listed(String name, @Nullable FdKind kind) {}

  /**
   * Boxes as a caller sees them.
   *
   * @param complete false when there was more than is told at once
   */
  public record Boxes(List<BoxView> boxes, boolean complete) {}

  /** Totals that name nothing and nobody. */
  public record Totals(int boxes, int entries, int claims, int descriptorLimit) {}

  /** Entries in one report: it is made in the daemon's memory. */
  private static final int MAX_ENTRIES_TOLD = 131_072;

  /** Entries, or directories, that are looked at before the lock is let go. */
  private static final int AT_A_TIME = 256;

  private final Guard guard;

  Inspection(Guard guard) {
    this.guard = guard;
  }

  /** An entry that will be told of. */
  private record Found(String path, Entry entry) {}

  /**
   * The boxes that the caller could list, with what it could list in them. The lock is let go
   * between parts of it: looking at very many entries must not hold up who opens one.
   */
  public Boxes boxes(Caller caller) {
    List<Box> listed = unrefused(() -> listable(caller));
    List<BoxView> views = new ArrayList<>();
    int left = MAX_ENTRIES_TOLD;
    for (Box box : listed) {
      List<GroupView> groups = new ArrayList<>();
      List<Found> found = new ArrayList<>();
      Deque<Directory> open = new ArrayDeque<>(List.of(box));
      while (!open.isEmpty() && left > 0) {
        int most = left;
        left = unrefused(() -> collect(box, open, caller, groups, found, most));
      }
      List<EntryView> entries = new ArrayList<>(found.size());
      for (int from = 0; from < found.size(); from += AT_A_TIME) {
        int first = from;
        unrefused(() -> look(found, first, entries));
      }
      views.add(unrefused(() -> view(box, groups, entries)));
    }
    return new Boxes(views, left > 0);
  }

  /** Under the lock. */
  private List<Box> listable(Caller caller) {
    List<Box> boxes = new ArrayList<>();
    for (Node node : guard.registry().root().children()) {
      if (node instanceof Box box && mayBeTold(box, caller)) {
        boxes.add(box);
      }
    }
    return boxes;
  }

  /** Under the lock: whether a caller could list a directory, by its mode and by the rules. */
  private boolean mayBeTold(Directory directory, Caller caller) {
    return PosixRule.mayList(directory, caller)
        && guard.policy().check(listing(directory, caller)) == null;
  }

  private Request listing(Directory directory, Caller caller) {
    return Request.about(guard.registry(), Operation.LIST, caller, directory, Access.READ);
  }

  private static BoxView view(Box box, List<GroupView> groups, List<EntryView> entries) {
    return new BoxView(
        box.name(),
        box.uid(),
        box.gid(),
        box.mode(),
        ExtendedAttributes.stateOf(box),
        groups,
        entries);
  }

  /** Under the lock: looks at some of what was found, as far as it is still there. */
  private static int look(List<Found> found, int first, List<EntryView> into) throws FsException {
    int end = Math.min(found.size(), first + AT_A_TIME);
    for (Found each : found.subList(first, end)) {
      if (each.entry().linked()) {
        into.add(view(each.entry(), each.path()));
      }
    }
    return end;
  }

  /**
   * Whether the caller could walk down from a box to a directory and list it. Since the lock was
   * let go it may have been removed, or moved to where that is none of the caller's business.
   */
  private static boolean isListable(Directory directory, Box box, Caller caller) {
    for (@Nullable Directory at = directory; at != box; at = at.parent()) {
      if (at == null || !PosixRule.mayRead(at, caller)) {
        return false;
      }
    }
    return box.linked() && PosixRule.mayRead(box, caller) && PosixRule.maySearch(directory, caller);
  }

  /**
   * Under the lock: adds what may be seen in some directories.
   *
   * @param open the directories still to be looked at
   * @return how many entries may still follow
   */
  private int collect(
      Box box,
      Deque<Directory> open,
      Caller caller,
      List<GroupView> groups,
      List<Found> found,
      int most) {
    int left = most;
    for (int looked = 0; looked < AT_A_TIME && !open.isEmpty() && left > 0; looked++) {
      Directory directory = open.pop();
      if (!isListable(directory, box, caller)) {
        continue;
      }
      String path = Request.pathInBox(directory);
      Link link = guard.policy().groups().linkOf(directory);
      if (link != null) {
        groups.add(new GroupView(path, link.open().label(), link.rule()));
      }
      for (Node child : directory.children()) {
        if (child instanceof Directory below) {
          open.push(below);
        } else if (child instanceof Entry entry && left > 0) {
          found.add(new Found(path.isEmpty() ? entry.name() : path + "/" + entry.name(), entry));
          left--;
        }
      }
    }
    return left;
  }

  private static EntryView view(Entry entry, String path) throws FsException {
    List<ClaimView> claimants = new ArrayList<>(entry.claims().size());
    for (Claim claim : entry.claims()) {
      claimants.add(
          new ClaimView(claim.process().pid(), claim.uid(), claim.access(), claim.since()));
    }
    Descriptor.Stat stat = Guard.stat(entry);
    return new EntryView(
        path,
        entry.kind(),
        entry.uid(),
        entry.gid(),
        entry.mode(),
        stat == null ? 0 : stat.size(),
        entry.writers(),
        ExtendedAttributes.stateOf(entry.box()),
        claimants);
  }

  /**
   * What a directory holds at this moment, by name.
   *
   * @param most what it may hold; to sort more would take too long under the lock
   * @throws FsException {@code ENOENT}; {@code ENOTDIR}; {@code EACCES} the caller may not list it;
   *     {@code EMSGSIZE} it holds more; and what the rules say
   */
  public List<Listed> list(String path, int most, Caller caller) throws FsException {
    return guard.locked(
        () -> {
          if (!(guard.paths().resolve(Target.at(path), caller) instanceof Directory directory)) {
            throw new FsException(Errno.ENOTDIR, "not a directory");
          }
          if (guard.policy().mustCheckModes(caller) && !PosixRule.mayList(directory, caller)) {
            throw new FsException(Errno.EACCES, "the directory may not be listed");
          }
          guard.permit(listing(directory, caller));
          if (directory.children().size() > most) {
            throw new FsException(
                Errno.EMSGSIZE, "the list is too long, read the directory instead");
          }
          return directory.children().stream()
              .map(node -> new Listed(node.name(), node instanceof Entry e ? e.kind() : null))
              .sorted(Comparator.comparing(Listed::name))
              .toList();
        });
  }

  public Totals totals() {
    return unrefused(
        () ->
            new Totals(
                guard.registry().root().children().size(),
                guard.registry().entries(),
                guard.registry().claims(),
                guard.limits().descriptors()));
  }

  /** The policy in force, as text. */
  public String policyText() {
    return unrefused(() -> guard.policy().settings().source());
  }

  /** Whether a caller may be told of an event: its own, or in a directory that it could list. */
  public boolean mayKnow(Event event, Caller caller) {
    if (caller.isRoot() || event.uid() == caller.uid() || event.path().equals("/")) {
      return true;
    }
    return unrefused(
        () ->
            mayKnow(new Place(event.path(), event.directory()), caller)
                && (!event.type().equals("rename")
                    || mayKnow(new Place(event.detail(), event.newDirectory()), caller)));
  }

  /** Under the lock: whether the directory of old is still at the path, and may be listed. */
  private boolean mayKnow(Place place, Caller caller) {
    try {
      Directory directory = guard.paths().parentOf(place.path());
      return directory.inode() == place.directory() && mayBeTold(directory, caller);
    } catch (FsException e) {
      return false; // the directory is gone, and with it who could list it
    }
  }

  /**
   * What would be decided, and why. Nothing is claimed, counted or recorded.
   *
   * @param kind of what would be put; only with {@link Operation#PUT}
   * @throws FsException {@code ENOENT}, {@code ENOTDIR} where the caller may look, {@code EEXIST}
   */
  public Decision explain(
      String path, Operation operation, Access access, @Nullable FdKind kind, Caller caller)
      throws FsException {
    return explain(Target.at(path), operation, access, kind, caller);
  }

  /** The same, about a target. */
  public Decision explain(
      Target target, Operation operation, Access access, @Nullable FdKind kind, Caller caller)
      throws FsException {
    return guard.locked(
        () -> {
          String path = guard.paths().pathOf(target);
          if (guard.policy().modesEnforced()) {
            guard.paths().requireSearchable(path, caller);
          }
          if (operation == Operation.PUT || operation == Operation.MKDIR) {
            Directory parent = guard.paths().parentOf(path);
            String name = Paths.nameOf(path);
            if (parent.child(name) != null) {
              throw new FsException(Errno.EEXIST, "the name is taken");
            }
            Candidate candidate = kind == null ? null : new Candidate(kind, false, 0);
            return guard
                .policy()
                .explain(
                    Request.adding(guard.registry(), operation, caller, parent, name, candidate));
          }
          Node node = guard.paths().resolve(path);
          return guard
              .policy()
              .explain(Request.about(guard.registry(), operation, caller, node, access));
        });
  }

  private <T> T unrefused(Guard.Step<T> step) {
    try {
      return guard.locked(step);
    } catch (FsException e) {
      throw new IllegalStateException("looking cannot be refused", e);
    }
  }
}
