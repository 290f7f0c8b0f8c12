package org.fdboxfs.policy;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Event.Subject;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;

/** What stat(2) shows of nodes: modes, owners, sizes and times, and how they change. */
public final class Metadata {
  private static final int SET_USER_ID = 04000;
  private static final int SET_GROUP_ID = 02000;
  private static final int GROUP_EXECUTE = 010;

  private final Guard guard;

  Metadata(Guard guard) {
    this.guard = guard;
  }

  /**
   * What stat(2) shows.
   *
   * @throws FsException {@code ENOENT}, {@code ENOTDIR}
   */
  public Attributes attributes(Target target) throws FsException {
    return guard.locked(() -> attributesOf(guard.paths().resolve(target)));
  }

  /** The same for somebody; {@code EACCES} where modes do not let it get there. */
  public Attributes attributes(Target target, Caller caller) throws FsException {
    return guard.locked(() -> attributesOf(guard.paths().resolve(target, caller)));
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
        Attributes.Type.DIRECTORY,
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
    if (change.size() != null) {
      guard.sizes().resize(target, change.size(), caller);
    }
    return guard.locked(
        () -> {
          Node node = guard.paths().resolve(target, caller);
          apply(node, guard.modes().permitChange(node, change, caller), caller.asChecked());
          return attributesOf(node);
        });
  }

  /** Under the lock. */
  private void apply(Node node, AttributeChange change, Caller caller) throws FsException {
    Registry registry = guard.registry();
    Access access = change.onlySize() ? Access.WRITE : Access.READ_WRITE;
    guard.permit(Request.about(registry, Operation.SETATTR, caller, node, access));
    if (change.mode() != null) {
      node.setMode(change.mode(), registry.now());
    }
    if (change.uid() != null || change.gid() != null || change.isEmpty()) {
      chown(node, change);
    }
    if (change.accessed() != null || change.modified() != null) {
      setTimes(node, change);
    }
    guard.happened("setattr", caller, Place.of(node), change.words(), Subject.of(node));
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
}
