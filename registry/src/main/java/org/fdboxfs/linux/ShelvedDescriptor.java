package org.fdboxfs.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.fdboxfs.linux.Shelves.Place;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor on a shelf. Who works with it shares one duplicate in the common table, made for the
 * first and closed with the last; it is a reference of its own to the file, and so works on after
 * the place on the shelf is given up. The lock is held over one system call that never waits.
 */
final class ShelvedDescriptor implements Descriptor {
  private final Place place;
  private final FdKind kind;
  private final Access access;
  private final DescriptorTable table;
  private volatile boolean shared;

  @GuardedBy("this")
  private int users = 1;

  /** The duplicate of those who work with it; closed when nobody does. */
  @GuardedBy("this")
  private @Nullable HeldDescriptor resident;

  /**
   * Takes a place over.
   *
   * @param place owned by this from now on
   */
  ShelvedDescriptor(
      Place place, FdKind kind, Access access, boolean shared, DescriptorTable table) {
    this.place = place;
    this.kind = kind;
    this.access = access;
    this.shared = shared;
    this.table = table;
  }

  @Override
  public FdKind kind() {
    return kind;
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public boolean shared() {
    return shared;
  }

  @Override
  public void share() {
    shared = true;
  }

  @Override
  public boolean isSameFile(Descriptor other) {
    try (Descriptor pinned = pinned()) {
      return pinned.isSameFile(other);
    } catch (FsException e) {
      return false;
    }
  }

  @Override
  public void onHangup(Runnable told) throws FsException {
    throw new FsException(
        Errno.ENFILE, "the daemon has too many descriptors to watch one more for a hang-up");
  }

  @Override
  public int number() {
    throw new IllegalStateException("on a shelf: pin it first");
  }

  @Override
  public Stat stat() throws FsException {
    HeldDescriptor held;
    int temporary = -1;
    synchronized (this) {
      held = retainedResident();
      if (held == null) {
        requireUsers();
        temporary = place.fetch();
      }
    }
    if (held != null) {
      try (held) {
        return held.stat();
      }
    }
    try {
      return Linux.content(temporary);
    } finally {
      Closer.closeDuplicate(temporary, kind);
    }
  }

  @Override
  public synchronized Descriptor pin() throws FsException {
    HeldDescriptor held = retainedResident();
    if (held == null) {
      if (users == 0) {
        throw new IllegalStateException("descriptor is closed");
      }
      held = new HeldDescriptor(table.fetch(place), kind, access, shared, this::unpinned);
      resident = held;
    }
    return held;
  }

  @GuardedBy("this")
  private @Nullable HeldDescriptor retainedResident() {
    HeldDescriptor now = resident;
    return now != null && now.tryRetain() ? now : null;
  }

  @GuardedBy("this")
  private void requireUsers() throws FsException {
    if (users == 0) {
      throw new FsException(Errno.EBADF, "the descriptor is closed");
    }
  }

  /** While the place is kept, the duplicate's end ends nothing. */
  private void unpinned(int fd) {
    boolean kept;
    synchronized (this) {
      kept = users > 0;
    }
    if (kept) {
      table.leaveDuplicate(fd, kind);
    } else {
      table.leave(fd, kind);
    }
  }

  private synchronized Descriptor pinned() throws FsException {
    HeldDescriptor held = retainedResident();
    if (held != null) {
      return held;
    }
    requireUsers();
    return pin();
  }

  @Override
  public long pread(NativeBuffer into, long offset) throws FsException {
    try (Descriptor pinned = pinned()) {
      return pinned.pread(into, offset);
    }
  }

  @Override
  public long pwrite(NativeBuffer from, long offset) throws FsException {
    try (Descriptor pinned = pinned()) {
      return pinned.pwrite(from, offset);
    }
  }

  @Override
  public long readNow(NativeBuffer into) throws FsException {
    try (Descriptor pinned = pinned()) {
      return pinned.readNow(into);
    }
  }

  @Override
  public long writeNow(NativeBuffer from) throws FsException {
    try (Descriptor pinned = pinned()) {
      return pinned.writeNow(from);
    }
  }

  @Override
  public long seek(long offset, int whence) throws FsException {
    try (Descriptor pinned = pinned()) {
      return pinned.seek(offset, whence);
    }
  }

  @Override
  public void truncate(long size) throws FsException {
    try (Descriptor pinned = pinned()) {
      pinned.truncate(size);
    }
  }

  @Override
  public void allocate(int mode, long offset, long length) throws FsException {
    try (Descriptor pinned = pinned()) {
      pinned.allocate(mode, offset, length);
    }
  }

  @Override
  public synchronized Descriptor retain() {
    if (users == 0) {
      throw new IllegalStateException("descriptor is closed");
    }
    users++;
    return this;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (users == 0 || --users > 0) {
        return;
      }
    }
    place.release(kind);
  }

  @Override
  public String toString() {
    return kind + " " + place.number() + " of " + place.shelf().keeper().id();
  }
}
