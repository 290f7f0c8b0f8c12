package org.fdboxfs.policy;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** Descriptors on their way in. */
public final class Puts {
  private static final int SET_GROUP_ID = 02000;

  /**
   * A descriptor and where it is to go.
   *
   * @param path from the root of the mount
   * @param offer owned by whoever holds this
   * @param untilHangup whether the entry goes when its descriptor hangs up or fails
   */
  public record Put(String path, Offer offer, boolean untilHangup) {}

  private final Guard guard;

  Puts(Guard guard) {
    this.guard = guard;
  }

  /**
   * Puts a descriptor under a name.
   *
   * @param mode permission bits of the entry
   * @param offer consumed, also when this throws
   * @throws FsException {@code EEXIST}, {@code EPERM} at the root, those of {@link
   *     org.fdboxfs.model.Names#check}, and what the rules say
   */
  public void put(String path, int mode, Caller caller, Offer offer) throws FsException {
    put(Target.at(path), mode, caller, offer);
  }

  /** Puts a descriptor where a target says; as {@link #put(String, int, Caller, Offer)}. */
  public void put(Target target, int mode, Caller caller, Offer offer) throws FsException {
    long directory =
        keepOrClose(
            offer,
            caller,
            () -> Place.of(add(guard.paths().pathOf(target), mode, caller, offer)).directory());
    if (!caller.modesChecked()) {
      guard.tellChanged(directory);
    }
  }

  /**
   * Puts descriptors under names, all or none. One that is the very open file that its name has
   * already, and the caller's, stays as it is.
   *
   * @param mode permission bits of the entries
   * @param puts consumed, also when this throws
   * @throws FsException as {@link #put}; {@code ENFILE} a descriptor cannot be watched for hang-ups
   */
  public void putAll(List<Put> puts, int mode, Caller caller) throws FsException {
    Map<Put, Entry> added = new LinkedHashMap<>();
    Set<Long> directories = new LinkedHashSet<>();
    try {
      caller.credentials(); // looked up before the lock is taken
      guard.run(() -> addAll(puts, mode, caller, added, directories));
    } finally {
      for (Put put : puts) {
        if (!added.containsKey(put)) {
          put.offer().descriptor().close();
        }
      }
    }
    directories.forEach(guard::tellChanged);
  }

  /** Under the lock. */
  private void addAll(
      List<Put> puts, int mode, Caller caller, Map<Put, Entry> added, Set<Long> directories)
      throws FsException {
    boolean all = false;
    try {
      for (Put put : puts) {
        if (!isThere(put, caller)) {
          Entry entry = add(put.path(), mode, caller, put.offer());
          added.put(put, entry);
          directories.add(Place.of(entry).directory());
          if (put.untilHangup()) {
            entry.descriptor().onHangup(() -> guard.namespace().hungUp(entry));
          }
        }
      }
      all = true;
    } finally {
      if (!all) {
        for (Entry entry : added.values()) {
          undo(entry, caller);
        }
        added.clear();
      }
    }
  }

  /** Under the lock. */
  private boolean isThere(Put put, Caller caller) throws FsException {
    Node node = guard.paths().parentOf(put.path(), caller).child(Paths.nameOf(put.path()));
    return node instanceof Entry entry
        && entry.uid() == caller.uid()
        && entry.descriptor().isSameFile(put.offer().descriptor());
  }

  /** Under the lock: takes out what was just added; its descriptor is the caller's again. */
  private void undo(Entry entry, Caller caller) throws FsException {
    Place place = Place.of(entry);
    guard.detach(entry);
    guard.happened("remove", caller, place, "", Event.Subject.of(entry));
  }

  /**
   * Puts new memory under a name and claims it, in one step.
   *
   * @param offer consumed, also when this throws
   * @return as {@link Claims#open}
   */
  public Lease create(String path, int mode, Access access, Caller caller, Offer offer)
      throws FsException {
    return keepOrClose(
        offer,
        caller,
        () -> {
          Entry entry = add(path, mode, caller, offer);
          boolean claimed = false;
          try {
            // Its mode is for later opens, and not for the one that makes it, as in open(2).
            Lease lease = guard.claims().claim(entry, access, caller.asChecked());
            claimed = true;
            return lease;
          } finally {
            if (!claimed) {
              undo(entry, caller);
            }
          }
        });
  }

  private <T> T keepOrClose(Offer offer, Caller caller, Guard.Step<T> step) throws FsException {
    boolean kept = false;
    try {
      caller.credentials(); // looked up before the lock is taken
      T result = guard.locked(step);
      kept = true;
      return result;
    } finally {
      if (!kept) {
        offer.descriptor().close();
      }
    }
  }

  /** Under the lock. */
  private Entry add(String path, int mode, Caller caller, Offer offer) throws FsException {
    Registry registry = guard.registry();
    Directory parent = guard.paths().parentOf(path, caller);
    String name = Paths.nameOf(path);
    guard.modes().requireFree(parent, name, caller);
    Descriptor.Stat stat = statOf(offer);
    Candidate candidate =
        new Candidate(offer.descriptor().kind(), offer.self(), stat == null ? 0 : stat.size());
    guard.permit(Request.adding(registry, Operation.PUT, caller, parent, name, candidate));
    Entry entry =
        registry.put(parent, name, ownership(parent, caller, mode), offer.descriptor(), stat);
    registry.madeBy(entry, caller);
    String kind = entry.kind().label();
    guard.happened("put", caller, Place.of(entry), kind, Event.Subject.of(entry));
    return entry;
  }

  private static Descriptor.@Nullable Stat statOf(Offer offer) throws FsException {
    return switch (offer.descriptor().kind().use()) {
      case MEMORY -> offer.descriptor().stat();
      case STREAM, HANDLE -> null;
    };
  }

  /** Whose a new node is: the caller's, but for the group of a set-group-id directory. */
  static Ownership ownership(Directory parent, Caller caller, int mode) {
    boolean inherits = (parent.mode() & SET_GROUP_ID) != 0;
    return new Ownership(caller.uid(), inherits ? parent.gid() : caller.gid(), mode & 07777);
  }
}
