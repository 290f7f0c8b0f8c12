package org.fdboxfs.policy;

import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;

/** How much memory entries have. */
public final class Sizes {
  /** FALLOC_FL_KEEP_SIZE. */
  private static final int KEEP_SIZE = 1;

  private final Guard guard;

  Sizes(Guard guard) {
    this.guard = guard;
  }

  /**
   * Decides under the lock, then lets go: freeing much memory takes time. What has no bytes and is
   * emptied stays as it is.
   */
  void resize(Target target, long size, Caller caller) throws FsException {
    guard.run(() -> guard.modes().permitResize(target, caller));
    if (emptiesStream(target, size)) {
      return;
    }
    guard.claims().settle(target);
    Resizing resizing = guard.locked(() -> permitResize(target, size, caller.asChecked()));
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
    Entry entry = requireMemory(guard.paths().resolve(target));
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

  /** O_TRUNC does nothing to a pipe or a device, and shells open with it whatever the file is. */
  private boolean emptiesStream(Target target, long size) throws FsException {
    return size == 0
        && guard.locked(
            () ->
                guard.paths().resolve(target) instanceof Entry entry
                    && entry.kind().use() != FdKind.Use.MEMORY);
  }
}
