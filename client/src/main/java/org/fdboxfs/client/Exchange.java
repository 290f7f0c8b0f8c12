package org.fdboxfs.client;

import static org.fdboxfs.client.LibC.AT_FDCWD;
import static org.fdboxfs.client.LibC.O_CLOEXEC;
import static org.fdboxfs.client.LibC.O_PATH;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fdboxfs.client.SeqPacket.Received;

/**
 * A connection to the daemon of a mount, which acts with the rights of the process that made it.
 * Names are paths from the root of the mount: {@code box/name} or {@code box/directory/name}.
 *
 * <p>Claims of what is taken by name end when it is closed. Any thread may use it; one request is
 * made at a time, and each waits for its answer. Descriptors go as {@code SCM_RIGHTS}, see unix(7);
 * what they are to the daemon is in {@code docs/sockets.md}.
 *
 * <p>Every method throws {@link FdBoxException} with the errno of the refusal, {@code ECONNRESET}
 * when the daemon has ended, {@code EPROTO} when its answer makes no sense, and {@code EINVAL},
 * {@code EILSEQ} or {@code EMSGSIZE} for names that cannot be said in a message.
 */
public final class Exchange implements AutoCloseable {
  private static final int ANY_NUMBER = -1;

  /** An answer that was read, and its descriptors. */
  private record Reply(Answer answer, List<Descriptor> descriptors) {}

  private final Descriptor root;

  @GuardedBy("this")
  private final SeqPacket socket;

  /** Owns both from now on. */
  Exchange(Descriptor root, SeqPacket socket) {
    this.root = root;
    this.socket = socket;
  }

  /**
   * Connects to the daemon of a mount.
   *
   * @param mountpoint the root of the mount
   * @throws FdBoxException {@code ENOENT} not the root of an fdboxfs mount, or one whose daemon has
   *     no socket; {@code ENOTCONN}, {@code ECONNREFUSED} its daemon is gone; {@code EACCES} the
   *     mount is not for this user
   */
  public static Exchange connect(Path mountpoint) throws FdBoxException {
    Descriptor root = openAt(AT_FDCWD, mountpoint.toString(), O_PATH);
    try (Descriptor control = control(root, mountpoint)) {
      return new Exchange(root, socket(control, mountpoint));
    } catch (FdBoxException e) {
      root.close();
      throw e;
    }
  }

  private static Descriptor control(Descriptor root, Path mountpoint) throws FdBoxException {
    try {
      return openAt(root.number(), ".fdbox", O_PATH);
    } catch (FdBoxException e) {
      throw switch (e.errno()) {
        case Errnos.ENOENT ->
            new FdBoxException(e.errno(), mountpoint + " is not the root of an fdboxfs mount");
        case Errnos.EACCES ->
            new FdBoxException(e.errno(), mountpoint + " is the mount of another user");
        case Errnos.ENOTCONN, Errnos.ECONNABORTED ->
            new FdBoxException(e.errno(), mountpoint + ": its daemon is gone");
        default -> e;
      };
    }
  }

  /** Found through the directory: a path to it may be longer than an address of a socket can be. */
  private static SeqPacket socket(Descriptor control, Path mountpoint) throws FdBoxException {
    try {
      return SeqPacket.connect(control.path() + "/exchange");
    } catch (FdBoxException e) {
      throw switch (e.errno()) {
        case Errnos.ENOENT ->
            new FdBoxException(e.errno(), mountpoint + ": its daemon has no socket for this");
        case Errnos.ECONNREFUSED ->
            new FdBoxException(e.errno(), mountpoint + ": nobody listens on its socket");
        default -> e;
      };
    }
  }

  private static Descriptor openAt(int directory, String path, int flags) throws FdBoxException {
    ByteBuffer name = LibC.string(path.getBytes(StandardCharsets.UTF_8));
    try {
      int number = LibC.OPENAT.call(directory, LibC.addressOf(name), flags | O_CLOEXEC);
      if (number < 0) {
        throw LibC.failure("cannot open " + path);
      }
      return Descriptor.adopt(number);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /**
   * Puts a descriptor, as symlink(2) to it does on the mount. The caller keeps its own. Under a
   * name that has the very same open file already, nothing changes.
   *
   * @throws FdBoxException {@code EEXIST} the name is taken by something else; {@code EOPNOTSUPP}
   *     that kind may not be put; {@code EACCES}, {@code ENOENT}, {@code EDQUOT} and others as on
   *     the mount
   */
  public void put(String name, Descriptor descriptor) throws FdBoxException {
    put(Map.of(name, descriptor));
  }

  /**
   * Puts up to 253 descriptors by name, all or none.
   *
   * @throws FdBoxException as for one
   */
  public void put(Map<String, Descriptor> descriptors) throws FdBoxException {
    int count = descriptors.size();
    if (count < 1 || count > SeqPacket.MAX_DESCRIPTORS) {
      throw new IllegalArgumentException("1 to 253 descriptors, not " + count);
    }
    Request request = Request.store();
    List<Integer> numbers = new ArrayList<>(count);
    for (Map.Entry<String, Descriptor> each : descriptors.entrySet()) {
      request.name(each.getKey());
      numbers.add(each.getValue().number());
    }
    ask(request, numbers, 0);
  }

  /**
   * Opens an entry, as open(2) does on the mount, and takes what is in it. The claim is the
   * handle's.
   *
   * @throws FdBoxException as open(2) on the mount: {@code EBUSY}, {@code EACCES}, {@code ENOENT}
   *     and others
   */
  public OpenEntry open(String name, Access access) throws FdBoxException {
    Descriptor handle = openAt(root.number(), name, access.openFlag());
    try {
      return new OpenEntry(handle, take(handle));
    } catch (FdBoxException | RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /**
   * Takes what is behind a handle of the mount; the handle stays the caller's, and with it the
   * claim.
   *
   * @throws FdBoxException {@code EXDEV} not a handle of this mount; {@code EBADF} neither an entry
   *     nor a directory; {@code EACCES} the handle is read-only and this cannot be made so
   */
  public Descriptor take(Descriptor handle) throws FdBoxException {
    return only(ask(Request.take(), List.of(handle.number()), 1));
  }

  /**
   * Takes what is behind a handle of the mount, and the entry leaves its box.
   *
   * @throws FdBoxException as {@link #take(Descriptor)} and {@link #remove}
   */
  public Descriptor move(Descriptor handle) throws FdBoxException {
    return only(ask(Request.move(), List.of(handle.number()), 1));
  }

  /**
   * Takes by name, for what the descriptor was opened for. The claim is this connection's.
   *
   * @throws FdBoxException {@code EBUSY}, {@code EACCES}, {@code ENOENT} and others as open(2) on
   *     the mount; {@code EISDIR} a directory
   */
  public Descriptor take(String name) throws FdBoxException {
    return only(ask(Request.take().name(name), List.of(), 1));
  }

  /**
   * Takes by name.
   *
   * @throws FdBoxException as without a word on access
   */
  public Descriptor take(String name, Access access) throws FdBoxException {
    return only(ask(Request.take().name(name).access(access), List.of(), 1));
  }

  /**
   * Takes up to 253 entries by name, all or none, for what they were opened for. The claims are
   * this connection's.
   *
   * @throws FdBoxException as for one
   */
  public TakenSet take(List<String> names) throws FdBoxException {
    return new TakenSet(null, ask(Request.take().names(names), List.of(), names.size()));
  }

  /**
   * Takes all members of a group, in the order of their dependencies, or none. The claims are those
   * of the directory's handle, which is in the set.
   *
   * @throws FdBoxException {@code EISDIR} the directory is no group; {@code ENOTDIR} no directory;
   *     {@code EBUSY} a member is somebody else's; and others as open(2) on the mount
   */
  public TakenSet takeAll(String directory) throws FdBoxException {
    return group(directory, Request.take());
  }

  /**
   * As {@link #takeAll}, and the members leave the box.
   *
   * @throws FdBoxException as {@link #takeAll}; also {@code EROFS} and others as for a removal
   */
  public TakenSet moveAll(String directory) throws FdBoxException {
    return group(directory, Request.move());
  }

  private TakenSet group(String directory, Request request) throws FdBoxException {
    // The slash at the end: nothing but a directory.
    Descriptor handle = openAt(root.number(), directory + "/", 0);
    try {
      return new TakenSet(handle, ask(request, List.of(handle.number()), ANY_NUMBER));
    } catch (FdBoxException | RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /**
   * Takes an entry out of its box, for what the descriptor was opened for.
   *
   * @throws FdBoxException as {@link #take(String)} and {@link #remove}
   */
  public Descriptor move(String name) throws FdBoxException {
    return only(ask(Request.move().name(name), List.of(), 1));
  }

  /**
   * Takes an entry out of its box.
   *
   * @throws FdBoxException as {@link #take(String, Access)} and {@link #remove}
   */
  public Descriptor move(String name, Access access) throws FdBoxException {
    return only(ask(Request.move().name(name).access(access), List.of(), 1));
  }

  /**
   * Lets an entry go, as unlink(2) does on the mount.
   *
   * @throws FdBoxException {@code ENOENT}, {@code EACCES}, {@code EROFS} and others as on the mount
   */
  public void remove(String name) throws FdBoxException {
    ask(Request.remove().name(name), List.of(), 0);
  }

  /**
   * The boxes.
   *
   * @throws FdBoxException {@code EMSGSIZE} too many for one answer
   */
  public List<Listed> list() throws FdBoxException {
    return listed(Request.list());
  }

  /**
   * What is in a box or directory.
   *
   * @throws FdBoxException {@code ENOENT}, {@code ENOTDIR}, {@code EACCES} as on the mount; {@code
   *     EMSGSIZE} too many for one answer
   */
  public List<Listed> list(String directory) throws FdBoxException {
    return listed(Request.list().name(directory));
  }

  private List<Listed> listed(Request request) throws FdBoxException {
    Answer answer = exchange(request, List.of(), 0).answer();
    List<Listed> listed = new ArrayList<>();
    for (int i = 0; i < answer.names().size(); i++) {
      String name = answer.names().get(i);
      boolean directory = name.endsWith("/");
      listed.add(
          new Listed(
              directory ? name.substring(0, name.length() - 1) : name,
              directory,
              answer.kinds().get(i)));
    }
    return listed;
  }

  private static Descriptor only(List<Taken> taken) {
    return taken.get(0).descriptor();
  }

  /** Asks for that many descriptors, each with a name. */
  private List<Taken> ask(Request request, List<Integer> numbers, int expected)
      throws FdBoxException {
    Reply reply = exchange(request, numbers, expected);
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < reply.descriptors().size(); i++) {
      taken.add(new Taken(reply.answer().names().get(i), reply.descriptors().get(i)));
    }
    return taken;
  }

  private synchronized Reply exchange(Request request, List<Integer> numbers, int expected)
      throws FdBoxException {
    socket.send(request.bytes(), numbers);
    Received received = receive();
    try {
      Answer answer = Answer.parse(received.bytes());
      answer.check();
      checkCount(answer, received.descriptors().size(), expected);
      return new Reply(answer, received.descriptors());
    } catch (FdBoxException e) {
      received.descriptors().forEach(Descriptor::close);
      if (e.errno() == Errnos.EPROTO) {
        close();
      }
      throw e;
    }
  }

  /** What follows an answer that was not received whole cannot be told from it. */
  @GuardedBy("this")
  private Received receive() throws FdBoxException {
    try {
      return socket.receive();
    } catch (FdBoxException e) {
      close();
      throw e;
    }
  }

  private static void checkCount(Answer answer, int descriptors, int expected)
      throws FdBoxException {
    boolean right = expected == ANY_NUMBER ? descriptors > 0 : descriptors == expected;
    if (!right || (descriptors > 0 && answer.names().size() != descriptors)) {
      throw new FdBoxException(
          Errnos.EPROTO,
          "the daemon's answer is not understood: it has "
              + descriptors
              + " descriptors and "
              + answer.names().size()
              + " names");
    }
  }

  /** Ends the connection, and with it the claims of what was taken by name. */
  @Override
  public synchronized void close() {
    socket.close();
    root.close();
  }
}
