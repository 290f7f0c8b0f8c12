package org.fdboxfs.chardev;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.DescriptorSource.Offer;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.policy.Boxes;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.ExtendedAttributes;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
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

  /** How GET_FD hands a descriptor over. */
  interface Delivery {
    /**
     * Sends an entry's descriptor.
     *
     * @param socket number of a socket in the caller's table
     * @throws FsException {@code EMFILE} there is no such socket; {@code ENOENT}; what the guard
     *     says
     */
    void send(Target entry, int socket, Caller direct, Caller caller) throws FsException;
  }

  private final Guard guard;
  private final DescriptorSource descriptors;
  private final Delivery delivery;
  private final Callers callers;

  Ioctls(Guard guard, DescriptorSource descriptors, Delivery delivery, Callers callers) {
    this.guard = guard;
    this.descriptors = descriptors;
    this.delivery = delivery;
    this.callers = callers;
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
    if (!callers.administers(direct)) {
      throw notAnAdministrator(device, command, direct);
    }
    Boxes.View box = box(device);
    Command required = require(command, false);
    if (required == Command.GET_FD && box.sealed()) {
      throw sealed();
    }
    return required;
  }

  private FsException notAnAdministrator(long device, @Nullable Command command, Caller direct) {
    FsException refusal =
        new FsException(Errno.EPERM, "only with CAP_SYS_ADMIN outside of user namespaces");
    if (command != null) {
      guard.refused(command.operation(), direct, path(device), "chardev", refusal);
    }
    return refusal;
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
    Caller caller = callers.peer(direct);
    try {
      switch (command) {
        case CREATE_BOX -> create(struct, caller);
        case DELETE_BOX -> delete(struct, caller);
        case PUT_FD -> put(device, struct, direct, caller);
        case GET_FD -> get(device, struct, direct, caller);
        case SEAL -> setState(device, "sealed", caller);
        case UNSEAL -> setState(device, "live", caller);
      }
    } catch (FsException e) {
      throw isGone(device, e) ? gone() : e;
    }
  }

  /** Whether what is not found is the box, which may go at any time. */
  private boolean isGone(long device, FsException refusal) {
    return device != CONTROL
        && refusal.errno().equals(Errno.ENOENT)
        && guard.boxes().at(device).isEmpty();
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
  private void put(long device, Struct struct, Caller direct, Caller caller) throws FsException {
    if (box(device).sealed()) {
      throw sealed();
    }
    Target entry = entry(device, struct);
    Offer offer = fetch(device, struct.fd(), direct);
    FdKind kind = offer.descriptor().kind();
    try {
      guard.puts().put(entry, ENTRY_MODE, caller, offer);
    } catch (FsException e) {
      requireEnabled(kind, device, caller);
      throw isGone(device, e)
          ? e
          : new FsException(shownByPut(e.errno()), String.valueOf(e.getMessage()));
    }
  }

  /**
   * What a name leads to, in the box of a device under whatever name that has by now. A name that
   * no entry can have is taken for the empty one, which none has.
   */
  private static Target entry(long device, Struct struct) {
    String name = struct.name();
    try {
      return Target.in(device, Names.check(name));
    } catch (FsException e) {
      return Target.in(device, "");
    }
  }

  /**
   * A type that is not enabled comes before whatever is wrong with the name, which the guard looks
   * at first.
   */
  private void requireEnabled(FdKind kind, long device, Caller caller) throws FsException {
    Decision decision =
        guard
            .inspection()
            .explain(Target.in(device, ""), Operation.PUT, Access.READ_WRITE, kind, caller);
    for (Decision.Verdict verdict : decision.verdicts()) {
      Deny deny = verdict.deny();
      if (deny != null && deny.errno().equals(Errno.EOPNOTSUPP)) {
        throw new FsException(Errno.EOPNOTSUPP, deny.rule() + ": " + deny.reason());
      }
    }
  }

  private Offer fetch(long device, int fd, Caller direct) throws FsException {
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
      guard.refused(Command.PUT_FD.operation(), direct, path(device), "put", shown);
      throw shown;
    }
  }

  private static Errno shownByPut(Errno errno) {
    if (errno.equals(Errno.EROFS)) {
      return Errno.EBUSY; // sealed
    }
    if (errno.equals(Errno.ELOOP)) {
      return Errno.EOPNOTSUPP; // a handle of a mount is of no type that is enabled
    }
    if (errno.equals(Errno.ENOENT)) {
      return Errno.EINVAL; // no name
    }
    return errno;
  }

  private void get(long device, Struct struct, Caller direct, Caller caller) throws FsException {
    struct.requireNoFlags();
    delivery.send(entry(device, struct), struct.socket(), direct, caller);
  }

  private void setState(long device, String state, Caller caller) throws FsException {
    byte[] value = state.getBytes(StandardCharsets.US_ASCII);
    guard
        .attributes()
        .set(Target.inode(device), ExtendedAttributes.STATE, value, SetMode.ANY, caller);
  }
}
