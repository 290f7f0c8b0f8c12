package org.fdboxfs.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * The one gate to the registry. It decides and counts in one step under one lock, tells the
 * journal, and hands out claims; its parts share that lock and differ in what they are about.
 */
public final class Guard {
  private final ReentrantLock lock = new ReentrantLock();
  private final Registry registry;
  private final Journal journal = new Journal();
  private final Limits limits;
  private final Lingering lingering = new Lingering(this);
  private final Claims claims = new Claims(this, lingering);
  private final Paths paths = new Paths(this);
  private final ModeChecks modes = new ModeChecks(this);
  private final Puts puts = new Puts(this);
  private final Takes takes = new Takes(this);
  private final Namespace namespace = new Namespace(this);
  private final Metadata metadata = new Metadata(this);
  private final Sizes sizes = new Sizes(this);
  private final Boxes boxes = new Boxes(this);
  private final ExtendedAttributes attributes = new ExtendedAttributes(this);
  private final Inspection inspection = new Inspection(this);

  private volatile @Nullable Watcher watcher;

  @GuardedBy("lock")
  private Policy policy;

  /**
   * Takes a registry over: nobody else may use it from now on.
   *
   * @param limits what the daemon can hold
   */
  public Guard(Registry registry, PolicySettings settings, Limits limits) {
    this.registry = registry;
    this.limits = limits;
    this.policy = new Policy(settings, limits);
  }

  /** The rights to use entries. */
  public Claims claims() {
    return claims;
  }

  /** What brings descriptors in. */
  public Puts puts() {
    return puts;
  }

  /** What gives the descriptors themselves out. */
  public Takes takes() {
    return takes;
  }

  /** Names. */
  public Namespace namespace() {
    return namespace;
  }

  /** Modes, owners, times. */
  public Metadata metadata() {
    return metadata;
  }

  /** Boxes as wholes. */
  public Boxes boxes() {
    return boxes;
  }

  /** Sizes of memory. */
  public Sizes sizes() {
    return sizes;
  }

  /** Extended attributes, those that fdboxfs gives a meaning among them. */
  public ExtendedAttributes attributes() {
    return attributes;
  }

  /** What is there, who holds it, and what would be decided. */
  public Inspection inspection() {
    return inspection;
  }

  public Journal journal() {
    return journal;
  }

  /** Sets who is told of changes that were not made by a system call on the mount. */
  public void setWatcher(Watcher watcher) {
    this.watcher = watcher;
  }

  /** Who has to hear of changes; null when nobody. */
  @Nullable Watcher watcher() {
    return watcher;
  }

  /** Not under the lock: a node has left the place. */
  void tellGone(Place place) {
    Watcher told = watcher;
    if (told != null && place.directory() != Place.NOWHERE) {
      told.nameGone(place.directory(), Paths.nameOf(place.path()));
      told.attributesChanged(place.directory());
    }
  }

  /** Not under the lock. */
  void tellChanged(long inode) {
    Watcher told = watcher;
    if (told != null) {
      told.attributesChanged(inode);
    }
  }

  /**
   * Replaces the policy as a whole; claims that were granted before stay.
   *
   * @throws FsException {@code EINVAL} modes would count where they did not, or the other way
   *     round: whether the kernel compares them is settled when it is mounted
   */
  public void setPolicy(PolicySettings settings, Caller caller) throws FsException {
    Policy replacement = new Policy(settings, limits);
    run(
        () -> {
          if (replacement.modesEnforced() != policy().modesEnforced()) {
            throw new FsException(
                Errno.EINVAL,
                "'modes' cannot change on a mount: it was made with "
                    + (replacement.modesEnforced() ? "ignored" : "enforced")
                    + "; unmount, and mount with this policy");
          }
          replace(replacement);
        });
    journal.happened(
        registry.now(), "policy", caller, new Place("/", Place.NOWHERE), "", Event.Subject.NOTHING);
  }

  /**
   * Judges by another policy from now on, also by one to which modes mean something else: for
   * experiments, where no kernel compares them. Tells nobody.
   */
  public void judgeBy(PolicySettings settings) {
    Policy replacement = new Policy(settings, limits);
    lock.lock();
    try {
      policy = replacement;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("GuardedBy") // held by the caller, which is checked
  private void replace(Policy replacement) {
    requireLock();
    policy = replacement;
  }

  /** Records a refusal that a front end found before there was anything to decide. */
  public void refused(Operation operation, Caller caller, String path, String rule, FsException e) {
    Deny deny = new Deny(rule, e.errno(), String.valueOf(e.getMessage()));
    lock.lock();
    try {
      journal.denied(
          registry.now(),
          operation.label(),
          caller,
          paths.placeOf(path),
          deny,
          Event.Subject.NOTHING);
    } finally {
      lock.unlock();
    }
  }

  /** A step under the lock that may be refused. */
  interface Step<T> {
    T run() throws FsException;
  }

  /** A step without a result. */
  interface Action {
    void run() throws FsException;
  }

  void run(Action action) throws FsException {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T locked(Step<T> step) throws FsException {
    lock.lock();
    try {
      return step.run();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: the registry. */
  Registry registry() {
    requireLock();
    return registry;
  }

  /** Under the lock: the policy in force. */
  @SuppressWarnings("GuardedBy") // held by the caller, which is checked
  Policy policy() {
    requireLock();
    return policy;
  }

  Limits limits() {
    return limits;
  }

  /** Under the lock: tells the journal that somebody did something. */
  void happened(String type, Caller caller, Place place, String detail, Event.Subject subject) {
    journal.happened(registry.now(), type, caller, place, detail, subject);
  }

  private void requireLock() {
    if (!lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the guard's lock is not held");
    }
  }

  /** From paths to nodes. */
  Paths paths() {
    return paths;
  }

  /** What the kernel checks before it asks us, for those of whom it has not. */
  ModeChecks modes() {
    return modes;
  }

  /** Under the lock: refuses what the policy refuses, and records it. */
  void permit(Request request) throws FsException {
    Deny deny = policy().check(request);
    if (deny != null) {
      throw deny(request, deny);
    }
  }

  /** Records a refusal; the caller throws what it returns. */
  FsException deny(Request request, Deny deny) {
    Node node = request.node();
    Place place = node == null ? Place.in(request.directory(), request.name()) : Place.of(node);
    journal.denied(
        registry.now(),
        request.operation().label(),
        request.caller(),
        place,
        deny,
        Event.Subject.of(request));
    return FsException.recorded(deny.errno(), deny.rule() + ": " + deny.reason());
  }

  /** Under the lock: what is replaced has no need to be kept from others. */
  void endLingering(@Nullable Node replaced) {
    if (replaced instanceof Entry entry) {
      lingering.endAllOn(entry);
    }
  }

  /**
   * Under the lock: takes an entry out of the namespace.
   *
   * @return for the caller to close when the lock is let go
   */
  Descriptor detach(Entry entry) throws FsException {
    lingering.endAllOn(entry);
    return Objects.requireNonNull(registry.remove(entry));
  }

  /** Under the lock: size and times of what has bytes; statx(2) of memory never waits. */
  static Descriptor.@Nullable Stat stat(Entry entry) throws FsException {
    return entry.kind().use() == FdKind.Use.MEMORY ? entry.descriptor().stat() : null;
  }
}
