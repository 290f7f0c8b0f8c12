package org.fdboxfs.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.PosixRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Directory;
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
  private final ModeChecks modes = new ModeChecks(this);
  private final Puts puts = new Puts(this);
  private final Takes takes = new Takes(this);
  private final Namespace namespace = new Namespace(this);
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

  /** Names, modes, owners, times. */
  public Namespace namespace() {
    return namespace;
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
      told.nameGone(place.directory(), nameOf(place.path()));
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
          registry.now(), operation.label(), caller, placeOf(path), deny, Event.Subject.NOTHING);
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: where a path that may lead nowhere is. */
  private Place placeOf(String path) {
    try {
      return new Place(path, parentOf(path).inode());
    } catch (FsException e) {
      return new Place(path, Place.NOWHERE);
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

  /** Under the lock: the node of a target; of a handle also when its entry was removed. */
  Node resolve(Target target) throws FsException {
    if (target instanceof Lease lease) {
      return lease.claim().entry();
    }
    if (target instanceof Target.OpenDirectory open) {
      return open.directory();
    }
    if (target instanceof Target.Inode byInode) {
      return listed(byInode.inode());
    }
    return resolve(pathOf(target));
  }

  /** Under the lock: the node that a directory lists under an inode number. */
  private Node listed(long inode) throws FsException {
    Node node = registry.byInode(inode);
    if (node == null) {
      throw NO_SUCH_NODE;
    }
    return node;
  }

  /**
   * Under the lock: where a target is at this moment, from the root of the mount.
   *
   * @throws FsException {@code ENOENT} what it is found by is gone
   */
  String pathOf(Target target) throws FsException {
    if (target instanceof Target.Path path) {
      return path.path();
    }
    if (target instanceof Target.In in) {
      Node directory = listed(in.directory());
      return (directory == registry.root() ? "" : directory.path()) + "/" + in.name();
    }
    return resolve(target).path();
  }

  /**
   * Under the lock: the node at a path.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}, {@code ENAMETOOLONG}
   */
  Node resolve(String path) throws FsException {
    Node node = registry.root();
    int at = 1;
    while (at < path.length()) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (!(node instanceof Directory directory)) {
        throw new FsException(Errno.ENOTDIR, "not a directory");
      }
      String name = path.substring(at, end);
      Node child = directory.child(name);
      if (child == null) {
        Names.check(name); // a name that nothing can have is an error of its own
        throw NO_SUCH_NODE;
      }
      node = child;
      at = end + 1;
    }
    return node;
  }

  /** Looking for what is not there is everyday: one exception, without a trace, serves all. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final FsException NO_SUCH_NODE =
      new FsException(Errno.ENOENT, "no such file or directory");

  /**
   * Under the lock: the node of a target, for somebody who has not got it open: whoever was not let
   * into each directory by the kernel must be by us.
   *
   * @throws FsException as {@link #resolve(String)}; {@code EACCES}
   */
  Node resolve(Target target, Caller caller) throws FsException {
    boolean open = target instanceof Lease || target instanceof Target.OpenDirectory;
    if (!open && policy().mustCheckModes(caller)) {
      requireSearchable(pathOf(target), caller);
    }
    return resolve(target);
  }

  /**
   * Under the lock: whether a name exists is told only to who may search its directory.
   *
   * @throws FsException {@code EACCES}
   */
  void requireSearchable(String path, Caller caller) throws FsException {
    Node node = registry.root();
    for (String name : path.substring(1).split("/", -1)) {
      if (!(node instanceof Directory directory)) {
        return;
      }
      if (!PosixRule.maySearchIn(directory, caller)) {
        throw new FsException(Errno.EACCES, "a directory of the path may not be searched");
      }
      Node child = directory.child(name);
      if (child == null) {
        return;
      }
      node = child;
    }
  }

  /** Under the lock: the directory that a new node at a path goes to, for somebody. */
  Directory parentOf(String path, Caller caller) throws FsException {
    if (policy().mustCheckModes(caller)) {
      requireSearchable(path, caller);
    }
    return parentOf(path);
  }

  /** Under the lock: the directory that a new node at a path goes to. */
  Directory parentOf(String path) throws FsException {
    int slash = path.lastIndexOf('/');
    Node parent = resolve(slash <= 0 ? "/" : path.substring(0, slash));
    if (parent instanceof Directory directory) {
      return directory;
    }
    throw new FsException(Errno.ENOTDIR, "not a directory");
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

  static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Under the lock: size and times of what has bytes; statx(2) of memory never waits. */
  static Descriptor.@Nullable Stat stat(Entry entry) throws FsException {
    return entry.kind().use() == FdKind.Use.MEMORY ? entry.descriptor().stat() : null;
  }
}
