package org.fdboxfs.fs.socket;

import java.util.List;
import java.util.Optional;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Supervised;
import org.fdboxfs.policy.rule.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives what sd_pid_notify_with_fds(3) sends. Nothing is answered, so refusals go to {@code
 * .fdbox/denials}. One thread does one message after the other: a barrier needs that order.
 */
final class NotifySocket {
  private static final Logger log = LoggerFactory.getLogger(NotifySocket.class);

  /** What systemd calls a descriptor that comes without a name. */
  private static final String UNNAMED = "stored";

  private final Operations operations;
  private final Peers peers;
  private final int socket;
  private final Optional<String> box;
  private final Epoll epoll;

  /**
   * Takes a socket over.
   *
   * @param socket owned by this from now on
   * @param box where names without a slash go
   */
  NotifySocket(Operations operations, Peers peers, int socket, Optional<String> box)
      throws FsException {
    this.operations = operations;
    this.peers = peers;
    this.socket = socket;
    this.box = box;
    this.epoll = Epoll.create();
  }

  void start() throws FsException {
    epoll.add(socket, Epoll.READABLE, 0);
    Thread thread = new Thread(this::run, "notify");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    Packet packet = new Packet();
    try {
      while (true) {
        epoll.await();
        Supervised.run(() -> serve(packet));
      }
    } catch (FsException e) {
      log.error("notifications cannot be received any more: {}", e.getMessage());
    }
  }

  private void serve(Packet packet) {
    try {
      receive(packet);
    } catch (FsException e) {
      log.error("a notification cannot be received: {}", e.getMessage());
    }
  }

  private void receive(Packet packet) throws FsException {
    boolean stuck = isSenderStuck(packet);
    Packet.Received received =
        stuck ? packet.receiveWithoutDescriptors(socket, true) : packet.receive(socket);
    Packet.Sender sender = packet.sender();
    int uid = sender == null ? -1 : sender.uid();
    try (Parcel parcel = new Parcel(operations.descriptors(), packet.descriptors(), uid)) {
      if (received == Packet.Received.MESSAGE && sender != null) {
        obey(packet, parcel, peers.of(sender), stuck);
      }
    }
  }

  private boolean isSenderStuck(Packet packet) throws FsException {
    if (!operations.descriptors().mayBeStuck()) {
      return false;
    }
    packet.peek(socket);
    Packet.Sender sender = packet.sender();
    return sender != null && operations.descriptors().isStuck(sender.uid());
  }

  private void obey(Packet packet, Parcel parcel, Caller caller, boolean stuck) {
    try {
      Connection.requireWhole(packet, stuck);
      obey(Message.parse(packet.bytes(), true), parcel, caller);
    } catch (FsException e) {
      log.debug("a notification of {} is refused: {}", caller, e.getMessage());
      if (!e.isRecorded()) {
        operations.guard().refused(Operation.PUT, caller, "/", "notify", e);
      }
    }
  }

  private void obey(Message message, Parcel parcel, Caller caller) throws FsException {
    switch (message.verb()) {
      case STORE -> {
        boolean poll = !Boolean.FALSE.equals(message.poll());
        operations.store(inBox(message.names()), parcel, poll, caller);
      }
      case REMOVE -> operations.remove(inBox(message.names()), parcel, caller);
      case BARRIER, NONE -> {} // what came with it is closed, and that is all
      case TAKE, MOVE, LIST ->
          throw new FsException(Errno.EINVAL, "answers are given by the exchange only");
    }
  }

  private List<String> inBox(List<String> names) throws FsException {
    List<String> wanted = names.isEmpty() ? List.of(UNNAMED) : names;
    if (box.isEmpty() && wanted.stream().anyMatch(name -> name.indexOf('/') < 0)) {
      throw new FsException(
          Errno.EINVAL, "a name without a box, and no box for such (-o notify_box=)");
    }
    return wanted.stream()
        .map(name -> name.indexOf('/') < 0 ? box.orElseThrow() + "/" + name : name)
        .toList();
  }
}
