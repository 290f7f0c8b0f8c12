package org.fdboxfs.chardev;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Boxes;
import org.fdboxfs.policy.ExtendedAttributes;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Guard;
import org.jspecify.annotations.Nullable;

/**
 * What the ioctls mean: the order of their checks and the errnos are those of FDBox RFC v1, whether
 * they come by a node or by a file of a mount. Who may do what is the guard's matter, but for the
 * capability that the RFC wants of who uses a box.
 *
 * <p>A device is a number: 0 is the control node, others are the inode number of a box, so that
 * what is open does not become the next box of that name.
 */
public final class Ioctls {
  /** The device that makes and deletes boxes. */
  public static final long CONTROL = 0;

  private static final int BOX_MODE = 0700;
  private static final int ENTRY_MODE = 0600;

  /** What the caller must be, for the part of the checks that asks the kernel. */
  interface Administrators {
    boolean administers(Caller caller);
  }

  /** How GET_FD hands a descriptor over. */
  interface Delivery {
    /**
     * Sends an entry's descriptor.
     *
     * @param socket number of a socket in the caller's table
     * @throws FsException {@code EMFILE} there is no such socket; {@code ENOENT}; what the guard
     *     says
     */
    void send(String path, int socket, Caller direct, Caller caller) throws FsException;
  }

  private final Guard guard;
  private final DescriptorSource descriptors;
  private final Delivery delivery;
  private final Administrators administrators;
  private final Peers peers;

  /** Who calls, to be judged by the guard, which compares modes and owners. */
  interface Peers {
    Caller peer(Caller direct);
  }

  Ioctls(
      Guard guard,
      DescriptorSource descriptors,
      Delivery delivery,
      Administrators administrators,
      Peers peers) {
    this.guard = guard;
    this.descriptors = descriptors;
    this.delivery = delivery;
    this.administrators = administrators;
    this.peers = peers;
  }

  /** As the kernel shows processes. */
  Ioctls(Guard guard, DescriptorSource descriptors, Delivery delivery, ProcTable processes) {
    this(
        guard,
        descriptors,
        delivery,
        caller -> processes.administers(caller.thread()),
        direct -> peer(direct, processes));
  }

  /** The kernel compared modes and owners of the node, and not of the box. */
  private static Caller peer(Caller direct, ProcTable processes) {
    ProcessKey process = new ProcessKey(direct.process(), processes.startTime(direct.process()));
    return Caller.peer(
        direct.uid(),
        direct.gid(),
        direct.groups(),
        process,
        direct.uid() == 0 && processes.overridesModes(direct.thread()),
        processes);
  }

  /** The device of a name: {@link #CONTROL}, or a box that there is; else empty. */
  public OptionalLong device(String name) {
    if (name.equals(NodeNames.CONTROL)) {
      return OptionalLong.of(CONTROL);
    }
    Optional<Boxes.View> box =
        NodeNames.hasNode(name) ? guard.boxes().named(name) : Optional.empty();
    return box.map(each -> OptionalLong.of(each.inode())).orElse(OptionalLong.empty());
  }

  /** The names of all devices. */
  public List<String> names() {
    return Stream.concat(
            Stream.of(NodeNames.CONTROL),
            guard.boxes().all().stream().map(Boxes.View::name).filter(NodeNames::hasNode).sorted())
        .toList();
  }

  /**
   * An ioctl on a file of a mount, which comes with all of its argument.
   *
   * @param direct who calls, held in the call
   * @throws FsException as {@link #run}
   */
  public void onMount(long device, int number, byte[] argument, Caller direct) throws FsException {
    Command command = begin(device, Command.ofNumberOnMount(number), direct);
    run(device, command, argument, direct);
  }

  /**
   * What is checked before the argument is read.
   *
   * @param command null when the number is of none
   * @return the command
   * @throws FsException {@code EPERM} on a box, without the capability; {@code ENOTCONN} the box is
   *     gone; {@code EINVAL} not a command of the device; {@code EBUSY} the box is sealed, or is
   *     not
   */
  Command begin(long device, @Nullable Command command, Caller direct) throws FsException {
    if (device == CONTROL) {
      return require(command, true);
    }
    if (!administrators.administers(direct)) {
      FsException refusal =
          new FsException(Errno.EPERM, "only with CAP_SYS_ADMIN outside of user namespaces");
      if (command != null) {
        guard.refused(command.operation(), direct, path(device), "chardev", refusal);
      }
      throw refusal;
    }
    Boxes.View box = box(device);
    Command required = require(command, false);
    if (required == Command.GET_FD && box.sealed()) {
      throw sealed();
    }
    return required;
  }

  private static Command require(@Nullable Command command, boolean ofControl) throws FsException {
    if (command == null || command.isOfControl() != ofControl) {
      throw new FsException(Errno.EINVAL, "there is no such ioctl");
    }
    return command;
  }

  private static FsException sealed() {
    return new FsException(Errno.EBUSY, "the box is sealed");
  }

  private Boxes.View box(long device) throws FsException {
    return guard.boxes().at(device).orElseThrow(Ioctls::gone);
  }

  private static FsException gone() {
    return new FsException(Errno.ENOTCONN, "the box was deleted");
  }

  private String path(long device) {
    return guard.boxes().at(device).map(box -> "/" + box.name()).orElse("/");
  }

  /**
   * Does what a command says, after {@link #begin}.
   *
   * @param argument as long as the command wants it
   * @throws FsException in the order of docs/chardev.md
   */
  void run(long device, Command command, byte[] argument, Caller direct) throws FsException {
    Struct struct = new Struct(command, argument);
    Caller caller = peers.peer(direct);
    switch (command) {
      case CREATE_BOX -> create(struct, caller);
      case DELETE_BOX -> delete(struct, caller);
      case PUT_FD -> put(box(device), struct, direct, caller);
      case GET_FD -> get(box(device), struct, direct, caller);
      case SEAL -> setState(box(device), "sealed", caller);
      case UNSEAL -> setState(box(device), "live", caller);
    }
  }

  private void create(Struct struct, Caller caller) throws FsException {
    struct.requireNoFlags();
    requireTerminated(struct);
    String name = struct.name();
    if (!NodeNames.isNodeName(name)) {
      throw new FsException(Errno.EINVAL, "no box with a node can have that name");
    }
    if (NodeNames.isReserved(name)) {
      throw new FsException(Errno.EEXIST, "the name is taken");
    }
    guard.namespace().mkdir("/" + name, BOX_MODE, caller);
  }

  private void delete(Struct struct, Caller caller) throws FsException {
    struct.requireNoFlags();
    requireTerminated(struct);
    guard.boxes().remove(struct.name(), caller);
  }

  private static void requireTerminated(Struct struct) throws FsException {
    if (!struct.isTerminated()) {
      throw new FsException(Errno.EINVAL, "the name does not end");
    }
  }

  /** A name that cannot be is refused after what is refused for the descriptor's sake. */
  private void put(Boxes.View box, Struct struct, Caller direct, Caller caller) throws FsException {
    if (box.sealed()) {
      throw sealed();
    }
    String path = "/" + box.name() + "/" + (isEntryName(struct.name()) ? struct.name() : "");
    Offer offer = fetch(struct.fd(), path, direct);
    try {
      guard.puts().put(path, ENTRY_MODE, caller, offer);
    } catch (FsException e) {
      throw new FsException(shownByPut(e.errno(), path), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isEntryName(String name) {
    return name.indexOf('/') < 0;
  }

  private Offer fetch(int fd, String path, Caller direct) throws FsException {
    try {
      if (fd < 0) {
        throw new FsException(Errno.EBADF, "not a descriptor");
      }
      return descriptors.fetch(direct, fd);
    } catch (FsException e) {
      FsException shown =
          e.errno().equals(Errno.EBADF)
              ? new FsException(Errno.EINVAL, String.valueOf(e.getMessage()))
              : e;
      guard.refused(Command.PUT_FD.operation(), direct, path, "put", shown);
      throw shown;
    }
  }

  private static Errno shownByPut(Errno errno, String path) {
    if (errno.equals(Errno.EROFS)) {
      return Errno.EBUSY; // sealed
    }
    if (errno.equals(Errno.ELOOP)) {
      return Errno.EOPNOTSUPP; // a handle of a mount is of no type that is enabled
    }
    if (errno.equals(Errno.EILSEQ) || errno.equals(Errno.ENAMETOOLONG)) {
      return Errno.EINVAL;
    }
    if (errno.equals(Errno.ENOENT)) {
      return path.endsWith("/") ? Errno.EINVAL : Errno.ENOTCONN; // no name, or no box any more
    }
    return errno;
  }

  private void get(Boxes.View box, Struct struct, Caller direct, Caller caller) throws FsException {
    struct.requireNoFlags();
    requireTerminated(struct);
    String name = isEntryName(struct.name()) ? struct.name() : "";
    delivery.send("/" + box.name() + "/" + name, struct.socket(), direct, caller);
  }

  private void setState(Boxes.View box, String state, Caller caller) throws FsException {
    byte[] value = state.getBytes(StandardCharsets.US_ASCII);
    try {
      guard
          .attributes()
          .set("/" + box.name(), ExtendedAttributes.STATE, value, SetMode.ANY, caller);
    } catch (FsException e) {
      throw e.errno().equals(Errno.ENOENT) ? gone() : e;
    }
  }
}
