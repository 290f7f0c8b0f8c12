package org.fdboxfs.linux;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** Real descriptors: other processes' by pidfd_getfd(2), new ones by memfd_create(2). */
public final class LinuxDescriptors implements DescriptorSource {
  private static final int O_PATH = 010000000;
  private static final int OTHERS_READ = 044;
  private static final int OTHERS_WRITE = 022;
  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_NOEXEC_SEAL = 8;
  private static final int MFD_EXEC = 16;

  /** memfd_create(2): 249 bytes, the kernel adds a prefix. */
  private static final int MAX_MEMFD_NAME = 249;

  /** The type of our mounts, as the sixth and later fields of a mountinfo line show it. */
  private static final String OUR_TYPE = " - fuse.fdboxfs ";

  private static final Pattern SPACE = Pattern.compile(" ");

  private final KindTable kinds;
  private final DescriptorTable table;
  private final ForeignCloser foreign = new ForeignCloser();
  private volatile @Nullable String ownDevice;
  private volatile @Nullable String socketDirectory;

  /**
   * Looks at the kernel, and holds as many descriptors as one process may have.
   *
   * @throws FsException when it cannot make a memfd or has no proc
   */
  public LinuxDescriptors() throws FsException {
    this(DescriptorTable.withoutShelves());
  }

  LinuxDescriptors(DescriptorTable table) throws FsException {
    this.kinds = new KindTable();
    this.table = table;
  }

  /**
   * Holds more descriptors than one process may have, where the kernel can do it. To be made before
   * anything is open that must close before the process ends, such as the mount itself: threads are
   * started that begin with copies of it, though they keep only jars.
   *
   * @throws FsException as the constructor
   */
  public static LinuxDescriptors withShelves() throws FsException {
    return new LinuxDescriptors(DescriptorTable.withShelves());
  }

  /** How many descriptors can be held. */
  public int capacity() {
    return table.capacity();
  }

  /** How many numbers beside those of entries are left for connections and the like. */
  public int ownNumbers() {
    return DescriptorTable.own();
  }

  /** Tells the device number of the mount that we serve, so that its handles are known as ours. */
  public void setOwnDevice(String device) {
    this.ownDevice = device;
  }

  /** Tells the directory below which the sockets of all our mounts are bound. */
  public void setSocketDirectory(String directory) {
    this.socketDirectory = directory;
  }

  @Override
  public Offer fetch(Caller caller, int number) throws FsException {
    return adopt(fetchRaw(caller, number), caller.uid());
  }

  /**
   * A duplicate of one of the caller's descriptors, of whatever it is, as it is.
   *
   * @return owned by the caller of this, who gives it to {@link #discard}
   * @throws FsException as {@link #fetch}
   */
  public int fetchRaw(Caller caller, int number) throws FsException {
    if (foreign.isBusy() && foreign.isStuck(caller.uid())) {
      throw new FsException(Errno.ENFILE, "what was put before cannot be closed");
    }
    return duplicate(caller, number);
  }

  /**
   * Takes over a descriptor that somebody sent.
   *
   * @param received consumed, also when this throws
   * @param uid of the sender
   * @throws FsException as {@link #fetch}
   */
  public Offer adopt(int received, int uid) throws FsException {
    int fd = received;
    try {
      int flags = Linux.statusFlags(fd);
      if ((flags & O_PATH) != 0) {
        throw new FsException(Errno.EBADF, "the descriptor is open as O_PATH only");
      }
      FileStatus status = Linux.status(fd);
      FdKind kind = kinds.kindOf(fd, status);
      boolean self = isSelf(fd, kind, status);
      int held = fd;
      fd = -1; // consumed in any case
      return new Offer(hold(held, kind, Access.ofFlags(flags), uid), self);
    } finally {
      if (fd >= 0) {
        Linux.close(fd);
      }
    }
  }

  /** What a user can keep from being closed, kept or refused, is closed at the user's cost. */
  private Descriptor hold(int fd, FdKind kind, Access access, int uid) throws FsException {
    return switch (kind) {
      case FILE, SOCKET, TTY, UNKNOWN ->
          table.hold(fd, kind, access, true, closing -> foreign.close(uid, closing));
      default -> table.hold(fd, kind, access, true);
    };
  }

  private boolean isSelf(int fd, FdKind kind, FileStatus status) throws FsException {
    return switch (kind) {
      case FILE, DIRECTORY -> isOurs(status.device());
      case SOCKET -> {
        String directory = socketDirectory;
        yield directory != null && UnixSockets.leadsBelow(fd, directory);
      }
      default -> false;
    };
  }

  /** Whether a descriptor is a handle of the mount that we serve. */
  public boolean isOwnHandle(int fd) throws FsException {
    return Linux.status(fd).device().equals(ownDevice);
  }

  /**
   * Closes a descriptor that somebody sent and that is not kept.
   *
   * @param received consumed
   * @param uid of the sender
   */
  public void discard(int received, int uid) {
    foreign.close(received, uid, ownDevice);
  }

  /** Whether anybody may be stuck. */
  public boolean mayBeStuck() {
    return foreign.isBusy();
  }

  /** Whether no more descriptors may be received from a user: what it sent before is stuck. */
  public boolean isStuck(int uid) {
    return foreign.isStuck(uid);
  }

  /**
   * What is sent to somebody who may have a descriptor for no more than that. Memory is opened anew
   * where it is held for more; and because a memfd has mode bits of its own, by which it could be
   * opened anew for the rest, those go that are not its owner's.
   *
   * @param held lent
   * @param to whom it is sent
   * @return owned by the caller
   * @throws FsException {@code EACCES} it cannot be had for less than it is held for; {@code
   *     ENFILE}
   */
  public Handout handOut(Descriptor held, Access access, Caller to) throws FsException {
    Descriptor pinned = held.pin();
    boolean done = false;
    try {
      FdKind kind = held.kind();
      boolean memfd = kind == FdKind.MEMFD || kind == FdKind.SHMEM;
      if (memfd && !access.equals(Access.READ_WRITE)) {
        keepOthersFromMore(pinned.number(), access, to);
      }
      Handout handout;
      if (access == held.access()) {
        handout = new Handout(pinned.number(), false, pinned::close);
      } else if (memfd) {
        int anew = Linux.open("/proc/self/fd/" + pinned.number(), access.flags());
        handout = new Handout(anew, true, () -> Linux.close(anew));
        pinned.close();
      } else {
        throw new FsException(
            Errno.EACCES,
            "a descriptor of kind "
                + kind
                + " that is open for "
                + held.access()
                + " cannot be had for "
                + access
                + " only");
      }
      done = true;
      return handout;
    } finally {
      if (!done) {
        pinned.close();
      }
    }
  }

  /** Takes the mode bits away by which a memfd could be opened anew for what was not given. */
  private static void keepOthersFromMore(int fd, Access given, Caller to) throws FsException {
    FileStatus status = Linux.status(fd);
    boolean owner = to.isRoot() || status.uid() == to.uid();
    int tooMuch = (given.writes() ? 0 : OTHERS_WRITE) | (given.reads() ? 0 : OTHERS_READ);
    if (!owner && (status.mode() & tooMuch) != 0) {
      Linux.changeMode(fd, status.mode() & 07777 & ~tooMuch);
    }
  }

  @Override
  public Offer createMemory(String name) throws FsException {
    int fd = memfd(shortened(name));
    return new Offer(table.hold(fd, FdKind.MEMFD, Access.READ_WRITE, false), false);
  }

  /**
   * Executable on purpose: a memfd made with MFD_NOEXEC_SEAL comes back from a live update sealed
   * against writing (luo re-applies F_SEAL_EXEC on an executable inode).
   */
  private static int memfd(String name) throws FsException {
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    try {
      return Linux.memfdCreate(name, flags | MFD_EXEC);
    } catch (FsException e) {
      if (e.errno().equals(Errno.EINVAL)) { // before Linux 6.3
        return Linux.memfdCreate(name, flags);
      }
      if (e.errno().equals(Errno.EACCES)) { // vm.memfd_noexec=2
        return Linux.memfdCreate(name, flags | MFD_NOEXEC_SEAL);
      }
      throw outOfDescriptors(e);
    }
  }

  /** The name is for people who look at proc; what matters is the entry's own. */
  private static String shortened(String name) {
    String cut = name;
    while (cut.getBytes(StandardCharsets.UTF_8).length > MAX_MEMFD_NAME) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }

  /**
   * The table of the calling thread itself where the kernel can name it (since 6.9), else that of
   * its process: they differ only for threads that unshared it.
   */
  private static int duplicate(Caller caller, int number) throws FsException {
    if (caller.thread() == 0) {
      throw new FsException(Errno.EPERM, "the caller is outside the daemon's pid namespace");
    }
    int pidfd;
    try {
      pidfd = Tasks.pidfdOpen(caller.thread(), Tasks.PIDFD_THREAD);
    } catch (FsException e) {
      if (!e.errno().equals(Errno.EINVAL)) {
        throw outOfDescriptors(e);
      }
      pidfd = Tasks.pidfdOpen(caller.process(), 0);
    }
    try {
      return Tasks.pidfdGetfd(pidfd, number);
    } catch (FsException e) {
      throw outOfDescriptors(e);
    } finally {
      Linux.close(pidfd);
    }
  }

  /**
   * The daemon's table is full, not the caller's: EMFILE would send the user to the wrong place.
   */
  private static FsException outOfDescriptors(FsException e) {
    return e.errno().equals(Errno.EMFILE)
        ? new FsException(Errno.ENFILE, "the daemon has no descriptors left")
        : e;
  }

  private boolean isOurs(String device) throws FsException {
    if (device.equals(ownDevice)) {
      return true;
    }
    for (String line : Linux.readFile("/proc/self/mountinfo").split("\n", -1)) {
      if (line.contains(OUR_TYPE) && SPACE.split(line, -1)[2].equals(device)) {
        return true;
      }
    }
    return false;
  }
}
