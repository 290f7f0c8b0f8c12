package org.fdboxfs.fs;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Listing;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/** The directory {@code .fdbox} at the root of a mount, which a plain listing does not show. */
public final class ControlDirectory {
  static final String PATH = "/" + Names.CONTROL;
  private static final int DIRECTORY_MODE = 0555;
  private static final int LINK_MODE = 0777;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int ROOT = 0;
  private static final int MAX_EVENT_READERS = 256;
  private static final int MAX_EVENT_READERS_PER_USER = 16;

  /** Bytes of texts that open handles show at a time. */
  private static final long MAX_SHOWN_BYTES = 64L << 20;

  /** Above every number that the registry gives out. */
  private static final long FIRST_INODE = 1L << 62;

  private final Guard guard;
  private final StatusReport report;
  private final WakeUp.Factory wakeUps;
  private final NativeMemory memory;
  private final Timestamp mounted;
  private final int uid;
  private final int gid;
  private final Map<String, String> links;
  private final List<String> names;

  /**
   * Of very many entries, a report takes several times its size while it is made: one at a time.
   */
  private final ReentrantLock making = new ReentrantLock(true);

  private final Budget shown = new Budget("control files", MAX_SHOWN_BYTES, 1);
  private final Set<EventStream> readers = new CopyOnWriteArraySet<>();
  private final FairShare listening =
      new FairShare(MAX_EVENT_READERS, 4, MAX_EVENT_READERS_PER_USER);
  private @Nullable DeviceDirectory devices;

  /**
   * Watches the journal from now on.
   *
   * @param uid owner of the control files
   * @param gid their group
   * @param links names of symbolic links beside the files, and where they point
   */
  public ControlDirectory(
      Guard guard,
      MountFacts facts,
      ProcessTable processes,
      WakeUp.Factory wakeUps,
      NativeMemory memory,
      Timestamp mounted,
      int uid,
      int gid,
      Map<String, String> links) {
    this.guard = guard;
    this.report = new StatusReport(guard.inspection(), guard.journal(), facts, processes);
    this.wakeUps = wakeUps;
    this.memory = memory;
    this.mounted = mounted;
    this.uid = uid;
    this.gid = gid;
    this.links = Map.copyOf(links);
    this.names =
        Stream.concat(ControlFile.ALL.stream().map(ControlFile::label), links.keySet().stream())
            .toList();
    guard.journal().onEvent(() -> readers.forEach(EventStream::eventCame));
    guard.journal().describeAskers(this::isListenedTo);
  }

  /** Shows devices in a directory of their own; to be called before the mount is made. */
  public void show(Devices shown) {
    devices =
        new DeviceDirectory(
            shown, (inode, type, deviceMode) -> attributes(inode, type, deviceMode, 0));
  }

  /**
   * The directory of the devices, if a path is that or in it; else null.
   *
   * @throws FsException {@code ENOENT} there are none
   */
  @Nullable DeviceDirectory devicesAt(String path) throws FsException {
    if (!DeviceDirectory.owns(path)) {
      return null;
    }
    if (devices == null) {
      throw new FsException(Errno.ENOENT, "the mount was made without --chardev");
    }
    return devices;
  }

  static boolean owns(String path) {
    return path.startsWith(PATH)
        && (path.length() == PATH.length() || path.charAt(PATH.length()) == '/');
  }

  /** Whether an inode number is one of the control directory. */
  public static boolean ownsInode(long inode) {
    return inode >= FIRST_INODE;
  }

  /** Whether it is one of a device, whose name goes without a system call on it. */
  public static boolean ownsDevice(long inode) {
    return DeviceDirectory.ownsInode(inode);
  }

  Attributes attributes(String path) throws FsException {
    if (path.equals(PATH)) {
      return attributes(FIRST_INODE, Attributes.Type.DIRECTORY, DIRECTORY_MODE, 0);
    }
    DeviceDirectory shown = devicesAt(path);
    if (shown != null) {
      return shown.attributes(path);
    }
    String target = links.get(nameIn(path));
    return target == null
        ? attributes(require(path))
        : attributes(inodeOf(nameIn(path)), Attributes.Type.LINK, LINK_MODE, target.length());
  }

  Attributes attributes(ControlFile file) {
    return attributes(inodeOf(file.label()), Attributes.Type.FILE, file.mode(), 0);
  }

  private Attributes attributes(long inode, Attributes.Type type, int mode, int size) {
    int nlink = type == Attributes.Type.DIRECTORY ? 2 : 1;
    return new Attributes(
        inode, type, mode, nlink, uid, gid, size, 0, mounted, mounted, mounted, true);
  }

  /**
   * Where a link points.
   *
   * @throws FsException {@code EINVAL} it is none
   */
  String readlink(String path) throws FsException {
    String target = owns(path) && !path.equals(PATH) ? links.get(nameIn(path)) : null;
    if (target == null) {
      throw new FsException(Errno.EINVAL, "not a symbolic link");
    }
    return target;
  }

  /** The names that the directory lists. */
  public List<String> names() {
    return devices == null
        ? names
        : Stream.concat(names.stream(), Stream.of(DeviceDirectory.NAME)).toList();
  }

  /** What a directory of it lists beside its dots; null for the control directory itself. */
  @Nullable Listing list(String path) throws FsException {
    DeviceDirectory shown = devicesAt(path);
    return shown == null ? null : shown.list(FIRST_INODE);
  }

  /** What an open device shows. */
  Attributes ofDevice(long device) throws FsException {
    return deviceDirectory().attributes(device);
  }

  void ioctl(long device, int number, byte[] argument, Caller caller) throws FsException {
    deviceDirectory().ioctl(device, number, argument, caller);
  }

  private DeviceDirectory deviceDirectory() throws FsException {
    if (devices == null) {
      throw new FsException(Errno.ENOTTY, "there are no devices");
    }
    return devices;
  }

  /** Inode number of what has a name there. */
  public long inodeOf(String name) {
    return FIRST_INODE + 1 + names.indexOf(name);
  }

  private static String nameIn(String path) {
    return path.substring(PATH.length() + 1);
  }

  private static ControlFile require(String path) throws FsException {
    ControlFile file = ControlFile.named(nameIn(path));
    if (file == null) {
      throw new FsException(Errno.ENOENT, "no such control file");
    }
    return file;
  }

  ControlFile.Session open(String path, Access access, Caller caller) throws FsException {
    if (path.equals(PATH)) {
      throw new FsException(Errno.EISDIR, "is a directory");
    }
    ControlFile file = require(path);
    requirePermitted(file, access, caller);
    return switch (file) {
      case STATUS -> status(known(caller));
      case METRICS -> new Snapshot(file, report::metrics, shown, caller);
      case DENIALS -> new Snapshot(file, () -> denials(caller), shown, caller);
      case POLICY ->
          new PolicySession(
              guard.inspection().policyText(), loader(known(caller)), access.writes());
      case EXPLAIN -> new ExplainSession(guard.inspection(), caller, shown);
      case EVENTS -> openEvents(caller);
    };
  }

  /** As the kernel has done before, but for a mount whose policy ignores modes. */
  private void requirePermitted(ControlFile file, Access access, Caller caller) throws FsException {
    int wanted = (access.reads() ? READ : 0) | (access.writes() ? WRITE : 0);
    int bits = file.mode();
    if (caller.uid() == uid) {
      bits >>= 6;
    } else if (caller.inGroup(gid)) {
      bits >>= 3;
    }
    if ((bits & wanted) != wanted && !caller.isRoot()) {
      throw new FsException(Errno.EACCES, "the control file may not be opened for " + access);
    }
  }

  private Snapshot status(Caller caller) {
    return new Snapshot(
        ControlFile.STATUS,
        () -> {
          guard.claims().settleAll();
          making.lock();
          try {
            return report.status(caller);
          } finally {
            making.unlock();
          }
        },
        shown,
        caller);
  }

  /** What is asked of the caller after its open must be looked up while it is held there. */
  private static Caller known(Caller caller) {
    caller.process();
    caller.groups();
    return caller;
  }

  /** Whether somebody reads the events who may know all of what a user does. */
  private boolean isListenedTo(int asker) {
    for (EventStream reader : readers) {
      if (reader.isReadBy(asker) || reader.isReadBy(ROOT)) {
        return true;
      }
    }
    return false;
  }

  private EventStream openEvents(Caller caller) throws FsException {
    if (!listening.take(caller.uid(), caller.isRoot(), 1)) {
      throw new FsException(
          Errno.ENFILE,
          "at most "
              + MAX_EVENT_READERS_PER_USER
              + " handles of one user and "
              + MAX_EVENT_READERS
              + " of all read the events, and nobody's more than others can have");
    }
    boolean opened = false;
    try {
      EventStream stream = eventStream(caller);
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        listening.giveBack(caller.uid(), 1);
      }
    }
  }

  private EventStream eventStream(Caller caller) throws FsException {
    @Nullable EventStream[] self = new EventStream[1];
    EventStream stream =
        new EventStream(
            guard.journal(),
            guard.inspection(),
            caller,
            wakeUps.create(),
            memory,
            () -> noLongerListening(self[0]));
    self[0] = stream;
    readers.add(stream);
    return stream;
  }

  private void noLongerListening(EventStream stream) {
    if (readers.remove(stream)) {
      listening.giveBack(stream.uid(), 1);
    }
  }

  private String denials(Caller reader) {
    StringBuilder lines = new StringBuilder();
    for (Event event : guard.journal().denials(reader.uid())) {
      lines.append(Json.event(event, reader)).append('\n');
    }
    return lines.toString();
  }

  private PolicySession.Loader loader(Caller caller) {
    return new PolicySession.Loader() {
      @Override
      public void check(byte[] beginning) throws FsException {
        try {
          PolicyTexts.readBeginning(beginning);
        } catch (FsException e) {
          throw refused(e);
        }
      }

      @Override
      public void load(byte[] text) throws FsException {
        try {
          guard.setPolicy(PolicyTexts.read(text), caller);
        } catch (FsException e) {
          throw refused(e);
        }
      }

      private FsException refused(FsException e) {
        guard.refused(Operation.SETATTR, caller, PATH + "/policy", "policy", e);
        return e;
      }
    };
  }

  /** Shells open with O_TRUNC before they write; nothing else about control files changes. */
  void requireTruncation(AttributeChange change) throws FsException {
    Long size = change.size();
    if (size == null || size != 0 || !change.equals(AttributeChange.size(0))) {
      throw new FsException(Errno.EPERM, "control files keep their attributes");
    }
  }
}
