package org.fdboxfs.policy;

import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Part;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** The rights to use entries: what grants and ends them. */
public final class Claims {
  private final Guard guard;
  private final Lingering lingering;

  Claims(Guard guard, Lingering lingering) {
    this.guard = guard;
    this.lingering = lingering;
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

  /**
   * Claims an entry; as {@link #open(String, Access, Caller)}.
   *
   * @param access null for what the descriptor was opened for
   */
  public Lease open(Target target, @Nullable Access access, Caller caller) throws FsException {
    return open(target, access, Part.ITSELF, caller);
  }

  /**
   * Claims an entry; as {@link #open(Target, Access, Caller)}.
   *
   * @param part what the claim is for, which conditions may ask
   */
  public Lease open(Target target, @Nullable Access access, Part part, Caller caller)
      throws FsException {
    return guard.locked(
        () -> {
          Request request = opening(target, access, caller).as(part);
          return claim(request, Objects.requireNonNull(request.entry()));
        });
  }

  /** Under the lock. */
  private Request opening(Target target, @Nullable Access access, Caller caller)
      throws FsException {
    if (guard.paths().resolve(target, caller) instanceof Entry entry) {
      Access wanted = access == null ? entry.access() : access;
      return Request.about(guard.registry(), Operation.OPEN, caller, entry, wanted);
    }
    throw new FsException(Errno.EISDIR, "is a directory");
  }

  /** Under the lock: claims what was just put. */
  Lease claim(Entry entry, Access access, Caller caller) throws FsException {
    return claim(Request.about(guard.registry(), Operation.OPEN, caller, entry, access), entry);
  }

  /** Under the lock: one of the opens of a whole group. */
  Lease claimAsMember(Entry member, Caller caller) throws FsException {
    return claim(
        Request.about(guard.registry(), Operation.OPEN, caller, member, member.access())
            .ofSet()
            .as(Part.OF_TAKE),
        member);
  }

  /** Under the lock. */
  private Lease claim(Request request, Entry entry) throws FsException {
    Registry registry = guard.registry();
    Access access = request.access();
    Caller caller = request.caller();
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
    Event.Subject about = Event.Subject.of(claim, request.asSet());
    guard.happened("open", caller, Place.of(entry), access.toString(), about);
    return new Lease(claim);
  }

  /**
   * Ends a claim; harmless when it has ended already. Where somebody took the descriptor and it
   * matters who has it, the claim goes on until that is let go as well.
   */
  public void release(Lease lease) {
    if (!lease.endOnce()) {
      return;
    }
    Claim claim = lease.claim();
    lingering.letGo(claim);
    List<Taker> takers = lease.takers();
    boolean lingers =
        unrefused(
            () -> {
              if (!takers.isEmpty() && claim.entry().linked()) {
                lingering.add(claim, takers);
                return true;
              }
              ended(claim);
              return false;
            });
    if (!lingers) {
      takers.forEach(Taker::close);
      claim.descriptor().close();
    }
  }

  /** Under the lock. */
  private void ended(Claim claim) {
    guard.registry().release(claim);
    guard.journal().released(guard.registry().now(), claim);
  }

  /** Under the lock: ends a claim that was just granted, and that nobody has seen. */
  void takeBack(Lease lease) {
    if (lease.endOnce()) {
      ended(lease.claim());
      lease.claim().descriptor().close(); // the entry has it as well
    }
  }

  /**
   * Tells how to find out whether a lease still has its holder: it is asked before anybody is
   * refused for the lease's sake.
   *
   * @param byHolder not asked any more when the lease is released
   */
  public void holdWhile(Lease lease, BooleanSupplier byHolder) {
    lingering.hold(lease, byHolder);
  }

  /**
   * Whether claims count for a target of which nobody has looked whether they still should: then
   * {@link #settle} may turn a refusal into a permission.
   */
  public boolean isUnsettled(Target target) {
    return !lingering.isEmpty() && !around(target).isEmpty();
  }

  /** Whether that is so for any target. */
  public boolean isAnythingUnsettled() {
    return !lingering.isEmpty();
  }

  /**
   * Ends claims on a target, or in its group, whose takers have let go of the descriptor. May take
   * long: it looks at other processes.
   */
  public void settle(Target target) {
    if (!lingering.isEmpty()) {
      settle(around(target));
    }
  }

  private List<Claim> around(Target target) {
    try {
      return guard.locked(() -> lingering.around(guard.paths().resolve(target)));
    } catch (FsException e) {
      return List.of(); // there is no such node
    }
  }

  /** The same for all there are. */
  public void settleAll() {
    settle(lingering.all());
  }

  private void settle(List<Claim> claims) {
    lingering.lost(claims).forEach(this::release); // which may let them linger
    List<Claim> lapsed = claims.stream().filter(lingering::hasLapsed).toList();
    if (!lapsed.isEmpty()) {
      unrefused(
          () -> {
            lapsed.forEach(lingering::end);
            return lapsed;
          });
    }
  }

  private <T> T unrefused(Guard.Step<T> step) {
    try {
      return guard.locked(step);
    } catch (FsException e) {
      throw new IllegalStateException("nothing here can be refused", e);
    }
  }
}
