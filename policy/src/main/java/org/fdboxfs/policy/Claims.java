package org.fdboxfs.policy;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** What gives descriptors in and hands claims out. */
public final class Claims {
  private static final int SET_GROUP_ID = 02000;

  private final Guard guard;

  Claims(Guard guard) {
    this.guard = guard;
  }

  /**
   * Claims an entry.
   *
   * @return owned by the caller, who gives it back with {@link #release}
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}; {@code EISDIR} a directory; {@code EACCES}
   *     more than the descriptor itself was opened for; {@code ENFILE} too many are open at once;
   *     and what the rules say, {@code EBUSY} and {@code ENOLINK} among them
   */
  public Lease open(String path, Access access, Caller caller) throws FsException {
    return open(Target.at(path), access, caller);
  }

  /** Claims an entry; as {@link #open(String, Access, Caller)}. */
  public Lease open(Target target, Access access, Caller caller) throws FsException {
    return guard.locked(
        () -> {
          if (guard.resolve(target) instanceof Entry entry) {
            return claim(entry, access, caller);
          }
          throw new FsException(Errno.EISDIR, "is a directory");
        });
  }

  /** Under the lock. */
  private Lease claim(Entry entry, Access access, Caller caller) throws FsException {
    Registry registry = guard.registry();
    Request request = Request.about(registry, Operation.OPEN, caller, entry, access);
    if (!entry.access().covers(access)) {
      String reason = "the descriptor that was put is open for " + entry.access() + " only";
      throw guard.deny(request, new Deny("descriptor", Errno.EACCES, reason));
    }
    guard.permit(request);
    boolean grouped = guard.policy().groups().linkOf(request.directory()) != null;
    Claim claim;
    try {
      claim = registry.claim(entry, access, caller, grouped);
    } catch (FsException e) {
      throw guard.deny(request, new Deny("descriptors", e.errno(), String.valueOf(e.getMessage())));
    }
    guard.journal().happened(claim.since(), "open", caller, Place.of(entry), access.toString());
    return new Lease(claim);
  }

  /** Ends a claim; harmless when it has ended already. */
  public void release(Lease lease) {
    if (!lease.endOnce()) {
      return;
    }
    Claim claim = lease.claim();
    try {
      guard.run(
          () -> {
            guard.registry().release(claim);
            guard.journal().released(guard.registry().now(), claim);
          });
    } catch (FsException e) {
      throw new IllegalStateException("a release cannot be refused", e);
    } finally {
      claim.descriptor().close();
    }
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
    keepOrClose(offer, () -> add(path, mode, caller, offer));
  }

  /**
   * Puts new memory under a name and claims it, in one step.
   *
   * @param offer consumed, also when this throws
   * @return as {@link #open}
   */
  public Lease create(String path, int mode, Access access, Caller caller, Offer offer)
      throws FsException {
    return keepOrClose(
        offer,
        () -> {
          Entry entry = add(path, mode, caller, offer);
          boolean claimed = false;
          try {
            Lease lease = claim(entry, access, caller);
            claimed = true;
            return lease;
          } finally {
            if (!claimed) {
              Place place = Place.of(entry);
              guard.registry().remove(entry);
              guard.journal().happened(guard.registry().now(), "remove", caller, place, "");
            }
          }
        });
  }

  private <T> T keepOrClose(Offer offer, Guard.Step<T> step) throws FsException {
    boolean kept = false;
    try {
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
    Directory parent = guard.parentOf(path);
    String name = Guard.nameOf(path);
    Descriptor.Stat stat = statOf(offer);
    Candidate candidate =
        new Candidate(offer.descriptor().kind(), offer.self(), stat == null ? 0 : stat.size());
    guard.permit(Request.adding(registry, Operation.PUT, caller, parent, name, candidate));
    Entry entry =
        registry.put(parent, name, ownership(parent, caller, mode), offer.descriptor(), stat);
    guard.journal().happened(registry.now(), "put", caller, Place.of(entry), entry.kind().label());
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
