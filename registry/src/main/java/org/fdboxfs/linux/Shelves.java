package org.fdboxfs.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fdboxfs.linux.TableThread.Task;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;

/**
 * Room for more descriptors than RLIMIT_NOFILE, which counts per descriptor table: a thread that
 * unshares its table has all of it again.
 *
 * <p>A copy of a table keeps alive all that was open in it. So one thread unshares at the start,
 * before there is any entry or mount, and closes all but what classes are loaded from; every shelf
 * begins as a copy of that table and never sees what the common one holds since.
 */
final class Shelves implements AutoCloseable {
  private final TableThread root;
  private final int count;
  private final int room;

  @GuardedBy("this")
  private final List<Shelf> shelves = new ArrayList<>();

  /** Where the last one found room. */
  @GuardedBy("this")
  private int latest;

  /**
   * A descriptor on a shelf.
   *
   * @param number there
   */
  record Place(Shelf shelf, int number) {
    /** As {@link Shelf#fetch}. */
    int fetch() throws FsException {
      return shelf.fetch(number);
    }

    /** As {@link Shelf#release}. */
    void release(FdKind kind) {
      shelf.release(number, kind);
    }
  }

  private Shelves(TableThread root, int count, int room) {
    this.root = root;
    this.count = count;
    this.room = room;
  }

  /**
   * Prepares shelves, none of which is made before it is needed. To be called before anything is
   * open that must close some time.
   *
   * @param count how many there may be
   * @param room descriptors on each; the kernel's limit must be above that
   * @return empty when this kernel cannot (before Linux 6.9), or this container may not
   */
  static Optional<Shelves> start(int count, int room) {
    try {
      Shelf.rehearse();
      TableThread root = TableThread.start("shelves", new BaseTable(classFiles()));
      return Optional.of(new Shelves(root, count, room));
    } catch (FsException | IOException e) {
      return Optional.empty();
    }
  }

  /** How many descriptors all shelves hold. */
  long capacity() {
    return (long) count * room;
  }

  /**
   * Duplicates a descriptor to a shelf.
   *
   * @param fd in the common table, borrowed
   * @return owned by the caller, who releases it once
   * @throws FsException {@code ENFILE} all are full
   */
  Place put(int fd) throws FsException {
    Shelf shelf = withRoom();
    try {
      return new Place(shelf, shelf.put(fd));
    } catch (FsException e) {
      throw new FsException(Errno.ENFILE, "a shelf has no room: " + e.getMessage());
    }
  }

  private synchronized Shelf withRoom() throws FsException {
    for (int i = 0; i < shelves.size(); i++) {
      int at = (latest + i) % shelves.size();
      if (shelves.get(at).reserve()) {
        latest = at;
        return shelves.get(at);
      }
    }
    // One more than was promised: what is still being closed takes room as well.
    if (shelves.size() > count) {
      throw new FsException(Errno.ENFILE, "the daemon has no descriptors left");
    }
    Shelf made;
    try {
      made = Shelf.make(root, "shelf " + (shelves.size() + 1), room);
    } catch (FsException e) {
      throw new FsException(Errno.ENFILE, "no more shelves can be made: " + e.getMessage());
    }
    latest = shelves.size();
    shelves.add(made);
    made.reserve();
    return made;
  }

  /** The shelves that were made so far. */
  synchronized List<Shelf> made() {
    return List.copyOf(shelves);
  }

  /** The thread whose table every shelf begins with. */
  TableThread root() {
    return root;
  }

  /** Ends all threads, which closes what they keep. */
  @Override
  public synchronized void close() {
    shelves.forEach(Shelf::end);
    shelves.clear();
    root.end();
  }

  /**
   * An open file that classes are loaded from.
   *
   * @param number also in the copies of the table that it is open in
   * @param link where its name can be read
   */
  private record ClassFile(int number, String link) {
    private static final String JAR = ".jar";
    private static final String JDK = System.getProperty("java.home", "") + "/lib/modules";

    /** Memory has no such name: that of a memfd ends in " (deleted)". */
    boolean isOne() {
      try {
        String target = Linux.readlink(link);
        return target.endsWith(JAR) || target.equals(JDK);
      } catch (FsException e) {
        return false; // closed again
      }
    }
  }

  private static List<ClassFile> classFiles() throws IOException {
    List<ClassFile> found = new ArrayList<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/thread-self/fd"))) {
      for (Path link : open) {
        int number = Integer.parseInt(link.getFileName().toString());
        ClassFile file = new ClassFile(number, "/proc/thread-self/fd/" + number);
        if (number > 2 && file.isOne()) {
          found.add(file);
        }
      }
    }
    found.sort(Comparator.comparingInt(ClassFile::number));
    return found;
  }

  /**
   * Leaves the common table with nothing but what classes are loaded from. The standard streams
   * lead nowhere: they may be pipes whose readers wait for their end, and must not become anything
   * else's numbers.
   */
  private record BaseTable(List<ClassFile> keep) implements Task {
    private static final int O_RDWR = 2;
    private static final int END = -1;

    @Override
    public int run() throws FsException {
      Tasks.unshareFiles();
      int nowhere = Linux.open("/dev/null", O_RDWR);
      Linux.dup2(nowhere, 0);
      Linux.dup2(nowhere, 1);
      Linux.dup2(nowhere, 2);
      int next = 3;
      for (ClassFile file : keep) {
        if (file.isOne()) { // the table went on changing until it was our own
          if (file.number() > next) {
            Tasks.closeRange(next, file.number() - 1);
          }
          next = file.number() + 1;
        }
      }
      Tasks.closeRange(next, END);
      return 0;
    }
  }
}
