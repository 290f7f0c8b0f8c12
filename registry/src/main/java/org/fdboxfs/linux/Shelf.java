package org.fdboxfs.linux;

import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.linux.TableThread.Task;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor table beside the common one, with as much room again. Two threads share it: one
 * brings descriptors in, the other closes what may take long, so that nobody waits for it. To get a
 * duplicate back takes neither of them.
 */
final class Shelf {
  private final TableThread keeper;
  private final TableThread closer;
  private final int process;
  private final int room;
  private final AtomicInteger used = new AtomicInteger();

  /**
   * @param process a pidfd of this process, by its number in the shelf's table
   */
  private Shelf(TableThread keeper, TableThread closer, int process, int room) {
    this.keeper = keeper;
    this.closer = closer;
    this.process = process;
    this.room = room;
  }

  /**
   * Makes an empty shelf.
   *
   * @param parent whose table it starts with a copy of
   * @throws FsException {@code EINVAL} before Linux 6.9; {@code EPERM} not in this container
   */
  static Shelf make(TableThread parent, String name, int room) throws FsException {
    Start start = new Start(name, new OwnTable(room));
    parent.call(start);
    return furnish(start.started(), name, room);
  }

  /** Does with the common table what shelves do with theirs, so that all of it is loaded. */
  static void rehearse() throws FsException {
    String name = "rehearsal";
    Start start = new Start(name, TableThread.NOTHING);
    start.run();
    Shelf shelf = furnish(start.started(), name, 2);
    try {
      int something = Linux.eventfd();
      try {
        for (FdKind kind : new FdKind[] {FdKind.EVENTFD, FdKind.SOCKET}) {
          shelf.reserve();
          int number = shelf.put(something);
          Linux.close(shelf.fetch(number));
          shelf.release(number, kind);
        }
      } finally {
        Linux.close(something);
      }
      shelf.rehearseRefusal();
    } finally {
      shelf.end();
    }
  }

  private void rehearseRefusal() {
    reserve();
    try {
      release(put(Integer.MAX_VALUE), FdKind.EVENTFD);
    } catch (FsException e) {
      // as it must be: no such descriptor
    }
  }

  private static Shelf furnish(TableThread keeper, String name, int room) throws FsException {
    Start sibling = new Start(name + " closer", TableThread.NOTHING);
    try {
      int process = keeper.call(new OpenProcess((int) ProcessHandle.current().pid()));
      keeper.call(sibling);
      Linux.close(Tasks.pidfdOpen(keeper.id(), Tasks.PIDFD_THREAD)); // EINVAL before Linux 6.9
      return new Shelf(keeper, sibling.started(), process, room);
    } catch (FsException e) {
      keeper.end();
      if (sibling.started != null) {
        sibling.started.end();
      }
      throw e;
    }
  }

  /** A thread that has the table. */
  TableThread keeper() {
    return keeper;
  }

  /** How many descriptors are or will be here, those that are just being closed among them. */
  int used() {
    return used.get();
  }

  /** Reserves a place; false when there is none. */
  boolean reserve() {
    return used.getAndUpdate(n -> n < room ? n + 1 : n) < room;
  }

  /**
   * Fills a reserved place, which is given up when this throws.
   *
   * @param fd in the common table, borrowed
   * @return the number here, of a duplicate that the caller {@link #release}s
   * @throws FsException {@code EMFILE}
   */
  int put(int fd) throws FsException {
    boolean filled = false;
    try {
      int number = keeper.call(new Take(process, fd));
      filled = true;
      return number;
    } finally {
      if (!filled) {
        used.decrementAndGet();
      }
    }
  }

  /**
   * Duplicates to the common table.
   *
   * @param number here, not to be released meanwhile
   * @return owned by the caller
   * @throws FsException {@code EMFILE}
   */
  int fetch(int number) throws FsException {
    int table = Tasks.pidfdOpen(keeper.id(), Tasks.PIDFD_THREAD);
    try {
      return Tasks.pidfdGetfd(table, number);
    } finally {
      Linux.close(table);
    }
  }

  /** Closes a number here: what may take long soon, all else before this returns. */
  void release(int number, FdKind kind) {
    Close close = new Close(number, used);
    if (Closer.mayTakeLong(kind)) {
      closer.post(close);
      return;
    }
    try {
      keeper.call(close);
    } catch (FsException e) {
      // the thread has no memory left: the place is lost, and who lets go can do nothing about it
    }
  }

  /** Closes all that is here; nobody may use it any more. */
  void end() {
    closer.end();
    keeper.post(new Close(process, used));
    keeper.end();
  }

  /** Starts a thread that shares the table of the one that runs this. */
  private static final class Start implements Task {
    private final String name;
    private final Task first;
    private volatile @Nullable TableThread started;

    Start(String name, Task first) {
      this.name = name;
      this.first = first;
    }

    @Override
    public int run() throws FsException {
      started = TableThread.start(name, first);
      return 0;
    }

    TableThread started() {
      TableThread thread = started;
      if (thread == null) {
        throw new IllegalStateException("not started");
      }
      return thread;
    }
  }

  /** Leaves the table of the parent, and lets the kernel make the new one large at once. */
  private record OwnTable(int room) implements Task {
    @Override
    public int run() throws FsException {
      Tasks.unshareFiles();
      Linux.close(Linux.duplicateFrom(0, room));
      return 0;
    }
  }

  /** The process is named after its first thread, which never leaves the common table. */
  private record OpenProcess(int pid) implements Task {
    @Override
    public int run() throws FsException {
      return Tasks.pidfdOpen(pid, 0);
    }
  }

  private record Take(int process, int number) implements Task {
    @Override
    public int run() throws FsException {
      return Tasks.pidfdGetfd(process, number);
    }
  }

  private record Close(int number, AtomicInteger used) implements Task {
    @Override
    public int run() {
      Linux.close(number);
      used.decrementAndGet();
      return 0;
    }
  }
}
