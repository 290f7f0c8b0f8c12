package org.fdboxfs.linux;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.linux.Shelves.Place;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * The common descriptor table, and what of it is for whom: entries stay in it while there is room,
 * later ones go to {@link Shelves}. Part of it is left to those who work with shelved ones, and the
 * rest to the daemon itself.
 */
final class DescriptorTable implements AutoCloseable {
  /** As many as anybody will need: then it is memory that sets the limit. */
  private static final int ENOUGH = 1_000_000;

  /**
   * For the daemon itself, for what waits to be closed, for connections, and for what passes
   * through: messages bring up to {@link Packet#MOST_DESCRIPTORS} at once, and as many go out.
   */
  private static final int OWN = 4096;

  /** For those who work with shelved ones. */
  private static final int PINS = 1536;

  /** What each shelf has besides: the jars, the standard streams, the process. */
  private static final int SHELF_OWN = 256;

  /** Below that, shelves would cost more threads than they bring room. */
  private static final int LEAST_LIMIT = 1024;

  /** Each has two threads. */
  private static final int MOST_SHELVES = 64;

  private final int room;
  private final int pins;
  private final @Nullable Shelves shelves;

  /** How many of the numbers are entries' or pins'. */
  private final AtomicInteger used = new AtomicInteger();

  /**
   * @param room how many entries stay in the common table
   * @param pins how many more those need who work with shelved ones
   * @param shelves owned by this; null when there are none
   */
  DescriptorTable(int room, int pins, @Nullable Shelves shelves) {
    this.room = room;
    this.pins = pins;
    this.shelves = shelves;
  }

  /** The table of this process alone. */
  static DescriptorTable withoutShelves() {
    return new DescriptorTable(roomBesideOwn(Linux.raiseDescriptorLimit(), 0), 0, null);
  }

  /** With shelves, where the limit of this process is low and the kernel can; see their start. */
  static DescriptorTable withShelves() {
    long limit = Linux.raiseDescriptorLimit();
    if (limit - OWN >= ENOUGH || limit < LEAST_LIMIT) {
      return withoutShelves();
    }
    int pins = (int) Math.min(PINS, limit / 4);
    int room = roomBesideOwn(limit, pins);
    int shelfRoom = roomBeside(limit, SHELF_OWN);
    int count = Math.min(MOST_SHELVES, (ENOUGH - room + shelfRoom - 1) / shelfRoom);
    return Shelves.start(count, shelfRoom)
        .map(shelves -> new DescriptorTable(room, pins, shelves))
        .orElseGet(DescriptorTable::withoutShelves);
  }

  private static int roomBesideOwn(long limit, int pins) {
    return roomBeside(limit, own(limit) + pins);
  }

  /** Of a small limit, half is for entries. */
  private static int own(long limit) {
    return (int) Math.min(OWN, limit / 2);
  }

  /** How many numbers are left to the daemon itself. */
  static int own() {
    return own(Linux.raiseDescriptorLimit());
  }

  private static int roomBeside(long limit, int others) {
    return (int) Math.max(1, Math.min(limit - others, Integer.MAX_VALUE));
  }

  /** How many descriptors can be held. */
  int capacity() {
    return shelves == null ? room : (int) (room + shelves.capacity());
  }

  /**
   * Keeps a descriptor where there is room.
   *
   * @param fd consumed, also when this throws
   * @return owned by the caller
   * @throws FsException {@code ENFILE} there is no room anywhere
   */
  Descriptor hold(int fd, FdKind kind, Access access, boolean shared) throws FsException {
    return keep(fd, kind, access, shared, number -> leave(number, kind));
  }

  /**
   * Keeps a descriptor whose last close may never return; as above.
   *
   * @param closer runs the close where that holds nobody up
   */
  Descriptor hold(int fd, FdKind kind, Access access, boolean shared, Executor closer)
      throws FsException {
    return keep(fd, kind, access, shared, number -> closer.execute(() -> closeAndLeave(number)));
  }

  private Descriptor keep(
      int fd, FdKind kind, Access access, boolean shared, HeldDescriptor.Closing closing)
      throws FsException {
    if (enter(room)) {
      return new HeldDescriptor(fd, kind, access, shared, closing);
    }
    try {
      if (shelves == null) {
        throw full();
      }
      return new ShelvedDescriptor(shelves.put(fd), kind, access, shared, this);
    } finally {
      Closer.closeDuplicate(fd, kind);
    }
  }

  /**
   * Duplicates a shelved descriptor to here.
   *
   * @return owned by the caller, who ends it with {@link #leave} or {@link #leaveDuplicate}
   * @throws FsException {@code ENFILE}
   */
  int fetch(Place place) throws FsException {
    if (!enter(room + pins)) {
      throw full();
    }
    boolean fetched = false;
    try {
      int fd = place.fetch();
      fetched = true;
      return fd;
    } catch (FsException e) {
      throw e.errno().equals(Errno.EMFILE) ? full() : e;
    } finally {
      if (!fetched) {
        used.decrementAndGet();
      }
    }
  }

  /** Closes what may be the last reference to its file. */
  void leave(int fd, FdKind kind) {
    Closer.close(fd, kind);
    used.decrementAndGet();
  }

  private void closeAndLeave(int fd) {
    Linux.close(fd);
    used.decrementAndGet();
  }

  /** Closes what is not the last reference. */
  void leaveDuplicate(int fd, FdKind kind) {
    Closer.closeDuplicate(fd, kind);
    used.decrementAndGet();
  }

  /** How many numbers are entries' or pins'. */
  int used() {
    return used.get();
  }

  private boolean enter(int limit) {
    return used.getAndUpdate(n -> n < limit ? n + 1 : n) < limit;
  }

  private static FsException full() {
    return new FsException(Errno.ENFILE, "the daemon has no descriptors left");
  }

  /** Ends the shelves, with all that is on them. */
  @Override
  public void close() {
    if (shelves != null) {
      shelves.close();
    }
  }
}
