package org.fdboxfs.policy;

import java.util.Optional;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.policy.rule.Request.Candidate;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Ownership;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** Names, modes, owners, sizes and times. Mode bits are checked by the kernel before it asks. */
public final class Namespace {
  private static final int SET_USER_ID = 04000;
  private static final int SET_GROUP_ID = 02000;
  private static final int GROUP_EXECUTE = 010;

  /** FALLOC_FL_KEEP_SIZE. */
  private static final int KEEP_SIZE = 1;

  private final Guard guard;

  Namespace(Guard guard) {
    this.guard = guard;
  }

  /**
   * What stat(2) shows.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public Attributes attributes(Target target) throws FsException {
    return guard.locked(() -> attributesOf(guard.resolve(target)));
  }

  /** Under the lock. */
  private Attributes attributesOf(Node node) throws FsException {
    if (node instanceof Entry entry) {
      Descriptor.Stat stat = Guard.stat(entry);
      if (stat != null) {
        guard.registry().seenSize(entry, stat.size());
      }
      return entry.attributes(stat);
    }
    Directory directory = (Directory) node;
    return new Attributes(
        directory.inode(),
        true,
        directory.mode(),
        directory.linked() ? 2 + directory.subdirectories() : 0,
        directory.uid(),
        directory.gid(),
        0,
        0,
        directory.accessed(),
        directory.modified(),
        directory.changed(),
        true);
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
    if (guard.resolve(target) instanceof Directory directory) {
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
    guard.run(
        () -> {
          Registry registry = guard.registry();
          Directory parent = guard.parentOf(path);
          String name = Guard.nameOf(path);
          guard.permit(Request.adding(registry, Operation.MKDIR, caller, parent, name, null));
          int inherited = parent.mode() & SET_GROUP_ID;
          Ownership owner = Claims.ownership(parent, caller, mode | inherited);
          Directory made = registry.mkdir(parent, name, owner);
          guard.journal().happened(registry.now(), "mkdir", caller, Place.of(made), "");
        });
  }

  /**
   * Lets an entry go. Who has it open keeps what it has.
   *
   * @throws FsException {@code ENOENT}, {@code EISDIR}, and what the rules say
   */
  public void unlink(String path, Caller caller) throws FsException {
    remove(path, Operation.REMOVE, caller);
  }

  /**
   * Removes an empty directory.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}, {@code ENOTEMPTY}, and what the rules say
   */
  public void rmdir(String path, Caller caller) throws FsException {
    remove(path, Operation.RMDIR, caller);
  }

  private void remove(String path, Operation operation, Caller caller) throws FsException {
    Optional<Descriptor> left =
        guard.locked(
            () -> {
              Node node = guard.resolve(path);
              boolean wantsDirectory = operation == Operation.RMDIR;
              if (wantsDirectory != (node instanceof Directory)) {
                throw wantsDirectory
                    ? new FsException(Errno.ENOTDIR, "not a directory")
                    : new FsException(Errno.EISDIR, "is a directory");
              }
              guard.permit(
                  Request.about(guard.registry(), operation, caller, node, Access.READ_WRITE));
              Place place = Place.of(node);
              Descriptor removed = guard.registry().remove(node);
              guard
                  .journal()
                  .happened(guard.registry().now(), operation.label(), caller, place, "");
              return Optional.ofNullable(removed);
            });
    left.ifPresent(Descriptor::close);
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
              Node node = guard.resolve(from);
              Directory into = guard.parentOf(to);
              String as = Guard.nameOf(to);
              Node target = into.child(as);
              if (target != null && keepTarget) {
                throw new FsException(Errno.EEXIST, "the name is taken");
              }
              permitRename(node, into, as, target, caller);
              Place before = Place.of(node);
              Descriptor left = guard.registry().rename(node, into, as);
              guard.journal().renamed(guard.registry().now(), caller, before, Place.of(node));
              return Optional.ofNullable(left);
            });
    replaced.ifPresent(Descriptor::close);
  }

  /** Under the lock. */
  private void permitRename(
      Node node, Directory into, String as, @Nullable Node target, Caller caller)
      throws FsException {
    Registry registry = guard.registry();
    guard.permit(Request.about(registry, Operation.RENAME, caller, node, Access.READ_WRITE));
    if (target != null) {
      guard.permit(Request.about(registry, Operation.RENAME, caller, target, Access.READ_WRITE));
    }
    if (!into.isRoot()) {
      int entries = node instanceof Directory below ? Registry.entriesBelow(below).size() : 1;
      int replaced = target instanceof Entry ? 1 : 0;
      Candidate moved = node instanceof Entry entry ? new Candidate(entry.kind(), false, 0) : null;
      guard.permit(
          Request.adding(registry, Operation.RENAME, caller, into, as, moved)
              .adding(into.box() == node.box() ? 0 : entries - replaced));
    }
  }

  /**
   * Changes mode, owner, size and times, all or nothing of what can be refused.
   *
   * @return what stat(2) shows then
   * @throws FsException {@code EISDIR} size of a directory; {@code EINVAL} size of what has no
   *     bytes, or negative; {@code EACCES} the descriptor that was put is read-only; and what the
   *     rules say. A size by name is a short open for writing: the rules on opens count
   */
  public Attributes setattr(Target target, AttributeChange change, Caller caller)
      throws FsException {
    if (change.size() != null && !emptiesStream(target, change.size())) {
      resize(target, change.size(), caller);
    }
    return guard.locked(
        () -> {
          Node node = guard.resolve(target);
          Registry registry = guard.registry();
          guard.permit(Request.about(registry, Operation.SETATTR, caller, node, Access.READ_WRITE));
          if (change.mode() != null) {
            node.setMode(change.mode(), registry.now());
          }
          if (change.uid() != null || change.gid() != null || change.isEmpty()) {
            chown(node, change);
          }
          if (change.accessed() != null || change.modified() != null) {
            setTimes(node, change);
          }
          return attributesOf(node);
        });
  }

  /** O_TRUNC does nothing to a pipe or a device, and shells open with it whatever the file is. */
  private boolean emptiesStream(Target target, long size) throws FsException {
    return size == 0
        && guard.locked(
            () ->
                guard.resolve(target) instanceof Entry entry
                    && entry.kind().use() != FdKind.Use.MEMORY);
  }

  private void chown(Node node, AttributeChange change) {
    Integer uid = change.uid();
    Integer gid = change.gid();
    guard.registry().chown(node, uid == null ? -1 : uid, gid == null ? -1 : gid);
  }

  /** What a write by somebody without privileges does to the bits that set ids. */
  public void dropSetIds(Lease lease, Caller caller) throws FsException {
    if (caller.isRoot()) {
      return;
    }
    guard.run(
        () -> {
          Entry entry = lease.claim().entry();
          int kept = entry.mode() & ~SET_USER_ID;
          if ((kept & GROUP_EXECUTE) != 0) {
            kept &= ~SET_GROUP_ID;
          }
          if (kept != entry.mode()) {
            entry.setMode(kept, guard.registry().now());
          }
        });
  }

  private void setTimes(Node node, AttributeChange change) throws FsException {
    if (node instanceof Entry entry) {
      entry.setTimes(
          change.accessed(), change.modified(), Guard.stat(entry), guard.registry().now());
    } else {
      node.setTimes(change.accessed(), change.modified(), guard.registry().now());
    }
  }

  /** Decides under the lock, then lets go: freeing much memory takes time. */
  private void resize(Target target, long size, Caller caller) throws FsException {
    Resizing resizing = guard.locked(() -> permitResize(target, size, caller));
    try (Descriptor descriptor = resizing.descriptor()) {
      try {
        // truncate(2) to the size that is there moves no time; O_TRUNC, which always does, looks
        // the same from here when it finds nothing.
        if (size == 0 || target instanceof Lease || descriptor.stat().size() != size) {
          descriptor.truncate(size);
        }
      } finally {
        settleSize(resizing.entry(), descriptor);
      }
    }
  }

  /**
   * What changes its size.
   *
   * @param descriptor pinned, owned
   */
  private record Resizing(Entry entry, Descriptor descriptor) {}

  /** Under the lock: the entry, its descriptor pinned and the new size on the account. */
  private Resizing permitResize(Target target, long size, Caller caller) throws FsException {
    Registry registry = guard.registry();
    Entry entry = requireMemory(guard.resolve(target));
    if (size < 0) {
      throw new FsException(Errno.EINVAL, "negative size");
    }
    Request request =
        Request.about(registry, Operation.SETATTR, caller, entry, Access.WRITE)
            .adding(size - entry.accountedBytes());
    if (!entry.access().writes()) {
      throw guard.deny(
          request,
          new Deny("descriptor", Errno.EACCES, "the descriptor that was put is read-only"));
    }
    guard.permit(request);
    if (!(target instanceof Lease) && !hasOpenForWriting(entry, caller)) {
      guard.permit(Request.about(registry, Operation.OPEN, caller, entry, Access.WRITE));
    }
    Descriptor descriptor = entry.descriptor().pin();
    registry.seenSize(entry, Math.max(size, entry.accountedBytes()));
    return new Resizing(entry, descriptor);
  }

  /** An open with O_TRUNC has its claim already when the kernel asks for the size, by name. */
  private static boolean hasOpenForWriting(Entry entry, Caller caller) {
    return entry.claims().stream()
        .anyMatch(claim -> claim.access().writes() && claim.process().pid() == caller.process());
  }

  /**
   * Allocates, punches or zeroes, as fallocate(2).
   *
   * @throws FsException errno of fallocate(2), {@code EDQUOT}, {@code EFBIG} an end that is no
   *     offset
   */
  public void allocate(Lease lease, int mode, long offset, long length, Caller caller)
      throws FsException {
    Entry entry = lease.claim().entry();
    guard.run(
        () -> {
          requireMemory(entry);
          if (length > Long.MAX_VALUE - offset) {
            throw new FsException(Errno.EFBIG, "the end is beyond every file");
          }
          boolean keepsSize = (mode & KEEP_SIZE) != 0;
          long grown = keepsSize ? 0 : offset + length - entry.accountedBytes();
          guard.permit(
              Request.about(guard.registry(), Operation.SETATTR, caller, entry, Access.WRITE)
                  .adding(grown));
        });
    lease.descriptor().allocate(mode, offset, length);
    settleSize(entry, lease.descriptor());
  }

  private void settleSize(Entry entry, Descriptor descriptor) throws FsException {
    long seen = descriptor.stat().size();
    guard.run(
        () -> {
          guard.registry().seenSize(entry, seen);
        });
  }

  private static Entry requireMemory(Node node) throws FsException {
    if (!(node instanceof Entry entry)) {
      throw new FsException(Errno.EISDIR, "is a directory");
    }
    if (entry.kind().use() != FdKind.Use.MEMORY) {
      throw new FsException(Errno.EINVAL, "an entry of kind " + entry.kind() + " has no size");
    }
    return entry;
  }
}
