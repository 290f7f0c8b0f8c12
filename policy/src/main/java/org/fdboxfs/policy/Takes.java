package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Groups;
import org.fdboxfs.policy.rule.Link;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Part;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;

/** What gives the descriptors themselves out, to those who have a claim. */
public final class Takes {
  /** Descriptors in one message: SCM_MAX_FD of the kernel. */
  public static final int MOST = 253;

  /**
   * A descriptor that may be given out.
   *
   * @param lease lent by whoever asked
   * @param path of the entry from the root of the mount; of a removed one, its last name
   * @param bounded whether it matters who has it after the lease: then {@link Lease#takenBy} is to
   *     be told
   */
  public record Taken(Lease lease, String path, boolean bounded) {
    /**
     * As it is told to who takes it, from the root of the mount; a newline cannot be said there.
     */
    public String name() {
      return (path.startsWith("/") ? path.substring(1) : path).replace('\n', '?');
    }
  }

  /**
   * Gets descriptors ready for who takes them, and sends them to who moves them out; without
   * waiting, as the guard's lock is held.
   */
  @FunctionalInterface
  public interface Delivery {
    /**
     * Delivers.
     *
     * @throws FsException it could not be done: nothing is taken then
     */
    void deliver(List<Taken> taken) throws FsException;
  }

  private final Guard guard;

  Takes(Guard guard) {
    this.guard = guard;
  }

  /**
   * Permits to give out descriptors, all or none.
   *
   * @throws FsException {@code EBUSY} the box is sealed; what {@code delivery} throws; what other
   *     rules say
   */
  public List<Taken> take(List<Lease> leases, Caller caller, Delivery delivery) throws FsException {
    Set<Long> shared = new LinkedHashSet<>();
    List<Taken> all =
        guard.locked(
            () -> {
              List<Taken> taken = permit(leases, Part.ITSELF, caller);
              delivery.deliver(taken);
              for (Lease lease : leases) {
                happened("take", caller, lease.claim(), shared);
              }
              return taken;
            });
    shared.forEach(guard::tellChanged);
    return all;
  }

  /**
   * Gives descriptors out and lets their entries go, all or none.
   *
   * @throws FsException {@code ENOENT} one has left its box already; what {@code delivery} throws;
   *     what the rules say of the take and the removal
   */
  public void move(List<Lease> leases, Caller caller, Delivery delivery) throws FsException {
    List<Descriptor> left = new ArrayList<>();
    Map<Long, Place> leaving =
        guard.locked(
            () -> {
              permitMove(leases, caller); // nothing is told of what is refused in any case
              return placesOf(leases);
            });
    Watcher watcher = guard.watcher();
    if (watcher != null) {
      leaving.forEach(
          (inode, place) -> watcher.leaving(place.directory(), Paths.nameOf(place.path()), inode));
    }
    try {
      guard.run(() -> moveOut(leases, caller, delivery, left));
    } finally {
      if (watcher != null) {
        leaving.keySet().forEach(watcher::leavingEnded);
      }
    }
    left.forEach(Descriptor::close);
    leaving.values().forEach(guard::tellGone);
  }

  /** Under the lock. */
  private List<Taken> permitMove(List<Lease> leases, Caller caller) throws FsException {
    List<Taken> taken = permit(leases, Part.OF_MOVE, caller);
    for (Lease lease : leases) {
      Entry entry = lease.claim().entry();
      if (!entry.linked()) {
        throw new FsException(Errno.ENOENT, "already removed");
      }
      guard.permit(
          Request.about(guard.registry(), Operation.REMOVE, caller, entry, Access.READ_WRITE)
              .as(Part.OF_MOVE));
    }
    return taken;
  }

  /** Under the lock: the entries that have a place, by inode number. */
  private static Map<Long, Place> placesOf(List<Lease> leases) {
    Map<Long, Place> places = new LinkedHashMap<>();
    for (Lease lease : leases) {
      Entry entry = lease.claim().entry();
      if (entry.linked()) {
        places.put(entry.inode(), Place.of(entry));
      }
    }
    return places;
  }

  /** Under the lock. */
  private void moveOut(List<Lease> leases, Caller caller, Delivery delivery, List<Descriptor> left)
      throws FsException {
    delivery.deliver(permitMove(leases, caller));
    for (Lease lease : leases) {
      if (lease.claim().entry().linked()) { // the same entry may be asked for twice
        happened("move", caller, lease.claim(), new LinkedHashSet<>());
        left.add(guard.detach(lease.claim().entry()));
      }
    }
  }

  /** Under the lock. */
  private List<Taken> permit(List<Lease> leases, Part part, Caller caller) throws FsException {
    Registry registry = guard.registry();
    List<Taken> taken = new ArrayList<>(leases.size());
    for (Lease lease : leases) {
      Claim claim = lease.claim();
      Entry entry = claim.entry();
      guard.permit(Request.about(registry, Operation.TAKE, caller, entry, claim.access()).as(part));
      taken.add(new Taken(lease, entry.path(), isBounded(claim, caller)));
    }
    return taken;
  }

  /** Whether it matters to others who has what a lease is of. */
  public boolean isBounded(Lease lease, Caller caller) throws FsException {
    return guard.locked(() -> isBounded(lease.claim(), caller));
  }

  /** Under the lock. */
  private boolean isBounded(Claim claim, Caller caller) {
    Entry entry = claim.entry();
    return entry.linked()
        && guard
            .policy()
            .bounds(
                Request.about(guard.registry(), Operation.OPEN, caller, entry, claim.access()),
                entry);
  }

  /** Under the lock: notes the inode numbers of what nobody but us has had before. */
  private void happened(String type, Caller caller, Claim claim, Set<Long> shared) {
    Descriptor descriptor = claim.entry().descriptor();
    if (!descriptor.shared()) {
      descriptor.share();
      shared.add(claim.entry().inode());
    }
    Place place = Place.of(claim.entry());
    String access = claim.access().toString();
    guard.happened(type, caller, place, access, Event.Subject.of(claim, false));
  }

  /**
   * Claims all members of a group to be taken, each for what it was put for, or none.
   *
   * @return in the order of their dependencies; owned by the caller, as from {@link Claims#open}
   * @throws FsException {@code EISDIR} the directory is no group; {@code ENOENT} it is empty;
   *     {@code EMSGSIZE} it has more than {@value #MOST} members; and what the rules say of each
   */
  public List<Lease> openGroup(Target target, Caller caller) throws FsException {
    return guard.locked(
        () -> {
          List<Lease> leases = new ArrayList<>();
          boolean all = false;
          try {
            for (Entry member : membersOf(guard.paths().resolve(target))) {
              leases.add(guard.claims().claimAsMember(member, caller));
            }
            permit(
                leases,
                Part.ITSELF,
                caller); // a claim that cannot be taken would only keep others out
            all = true;
            return leases;
          } finally {
            if (!all) {
              leases.forEach(guard.claims()::takeBack);
            }
          }
        });
  }

  private List<Entry> membersOf(Node node) throws FsException {
    Link link =
        node instanceof Directory directory ? guard.policy().groups().linkOf(directory) : null;
    if (link == null) {
      throw new FsException(Errno.EISDIR, "a directory that is no group; see user.fdbox.link");
    }
    Directory group = (Directory) node;
    long members = group.children().stream().filter(Entry.class::isInstance).count();
    if (members == 0) {
      throw new FsException(Errno.ENOENT, "the group is empty");
    }
    if (members > MOST) {
      throw new FsException(Errno.EMSGSIZE, "a group is taken with at most " + MOST + " members");
    }
    return Groups.inOrder(group, link);
  }
}
