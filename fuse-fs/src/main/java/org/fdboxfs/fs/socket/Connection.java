package org.fdboxfs.fs.socket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Target;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the exchange: who is at its other end, and the claims of what it took by name,
 * which end with it. For one thread at a time.
 */
final class Connection {
  private static final int FIRST_PRUNING = 64;

  private final Operations operations;
  private final SlowWork slow;
  private final Guard guard;
  private final int socket;
  private final Caller caller;

  /** Claims by the inode number of their entries. */
  private final Map<Long, Lease> leases = new HashMap<>();

  private int pruneAt = FIRST_PRUNING;
  private boolean waitsToSend;

  /**
   * Takes a connection over.
   *
   * @param socket owned by this from now on
   */
  Connection(Operations operations, SlowWork slow, int socket, Caller caller) {
    this.operations = operations;
    this.slow = slow;
    this.guard = operations.guard();
    this.socket = socket;
    this.caller = caller;
  }

  int socket() {
    return socket;
  }

  int uid() {
    return caller.uid();
  }

  /** Whether no message is received until the other side has read answers. */
  boolean waitsToSend() {
    return waitsToSend;
  }

  /**
   * Receives one message and answers it, where the answer can be sent at once: one that waited here
   * would hold on to what it is to bring.
   *
   * @return false when the connection is to be closed
   */
  boolean serve(Packet packet) throws FsException {
    waitsToSend = !UnixSockets.isWritable(socket);
    if (waitsToSend) {
      return true;
    }
    boolean stuck =
        operations.descriptors().mayBeStuck() && operations.descriptors().isStuck(uid());
    Packet.Received received =
        stuck ? packet.receiveWithoutDescriptors(socket, false) : packet.receive(socket);
    Answer answer = null;
    // Closed before the answer is sent: who has it and closes its own handle has closed the last.
    try (Parcel parcel = new Parcel(operations.descriptors(), packet.descriptors(), uid())) {
      if (received == Packet.Received.MESSAGE) {
        answer = answer(packet, parcel, stuck);
      }
    }
    if (answer != null) {
      send(packet, answer);
    }
    return received != Packet.Received.END;
  }

  private void send(Packet packet, Answer answer) throws FsException {
    try (answer) {
      answer.send(packet, socket);
    }
  }

  /** Null when it was sent already. */
  private @Nullable Answer answer(Packet packet, Parcel parcel, boolean stuck) {
    try {
      requireWhole(packet, stuck);
      Message message = Message.parse(packet.bytes(), false);
      return switch (message.verb()) {
        case STORE -> {
          boolean poll = Boolean.TRUE.equals(message.poll());
          operations.store(message.names(), parcel, poll, caller);
          yield Answer.DONE;
        }
        case REMOVE -> {
          forget(operations.remove(message.names(), parcel, caller));
          yield Answer.DONE;
        }
        case TAKE, MOVE -> take(message, parcel, packet);
        case LIST -> operations.list(message.names(), parcel, caller);
        case BARRIER -> barrier(parcel);
        case NONE -> throw new FsException(Errno.EINVAL, "nothing is asked for");
      };
    } catch (FsException e) {
      return Answer.refused(e);
    }
  }

  /** What arrived in part only must not be taken for something else. */
  static void requireWhole(Packet packet, boolean stuck) throws FsException {
    if (packet.isTruncated()) {
      throw new FsException(
          Errno.EMSGSIZE, "a message has at most " + Packet.MOST_BYTES + " bytes");
    }
    if (packet.lacksDescriptors()) {
      throw new FsException(
          Errno.ENFILE,
          stuck
              ? "descriptors that were sent before cannot be closed: what they are of does not"
                  + " answer"
              : "the daemon has no descriptors left");
    }
  }

  /** Closing the descriptor, with the parcel, is what tells that all is done. */
  private static Answer barrier(Parcel parcel) throws FsException {
    if (parcel.size() != 1) {
      throw new FsException(Errno.EINVAL, "one descriptor is wanted");
    }
    return Answer.DONE;
  }

  private @Nullable Answer take(Message message, Parcel parcel, Packet packet) throws FsException {
    boolean byName = !message.names().isEmpty();
    if (byName == (parcel.size() > 0)) {
      throw new FsException(Errno.EINVAL, "either handles or names are wanted");
    }
    if (byName) {
      return takeByName(message, packet);
    }
    if (message.access() != null) {
      throw new FsException(Errno.EINVAL, "a handle has its access already");
    }
    return take(message, operations.leases(parcel, caller, slow), packet);
  }

  private @Nullable Answer takeByName(Message message, Packet packet) throws FsException {
    List<Lease> wanted = new ArrayList<>();
    Map<Long, Optional<Lease>> replaced = new HashMap<>();
    boolean done = false;
    try {
      for (String name : message.names()) {
        wanted.add(claim(EntryPath.ofEntry(name), message, replaced));
      }
      Answer answer = take(message, wanted, packet);
      done = true;
      return answer;
    } finally {
      if (done) {
        replaced.values().forEach(lease -> lease.ifPresent(guard.claims()::release));
      } else {
        replaced.forEach(this::restore);
      }
      if (done && message.verb() == Message.Verb.MOVE) {
        wanted.forEach(lease -> forget(lease.inode()));
      }
      if (leases.size() >= pruneAt) {
        prune();
      }
    }
  }

  /** What a request that fails has claimed ends, and what it was to replace goes on. */
  private void restore(long inode, Optional<Lease> before) {
    forget(inode);
    before.ifPresent(lease -> leases.put(inode, lease));
  }

  private @Nullable Answer take(Message message, List<Lease> leases, Packet packet)
      throws FsException {
    if (leases.size() > Packet.MOST_DESCRIPTORS) {
      throw new FsException(
          Errno.EMSGSIZE, "at most " + Packet.MOST_DESCRIPTORS + " fit a message");
    }
    if (message.verb() == Message.Verb.TAKE) {
      return operations.take(leases, caller, slow);
    }
    operations.move(leases, caller, answer -> answer.send(packet, socket));
    return null;
  }

  /**
   * The claim that the connection has on an entry, or a new one.
   *
   * @param replaced where it is noted what the connection had, if anything, in place of a new one
   */
  private Lease claim(String path, Message message, Map<Long, Optional<Lease>> replaced)
      throws FsException {
    Access access = message.access();
    Lease held = leases.get(inodeAt(path));
    if (held != null && (access == null ? held.isForAll() : held.access() == access)) {
      return held;
    }
    Target target = Target.at(path);
    operations.settle(target, caller, slow);
    Lease lease = operations.claim(target, message, caller);
    replaced.put(lease.inode(), Optional.ofNullable(leases.put(lease.inode(), lease)));
    if (guard.takes().isBounded(lease, caller)) {
      guard.claims().holdWhile(lease, () -> !UnixSockets.isHungUp(socket));
    }
    return lease;
  }

  /** Of no entry when there is none: that is for the open to say, to who may know. */
  private long inodeAt(String path) {
    try {
      return guard.namespace().inodeAt(path);
    } catch (FsException e) {
      return -1;
    }
  }

  private void forget(long inode) {
    Lease lease = leases.remove(inode);
    if (lease != null) {
      guard.claims().release(lease);
    }
  }

  /** A connection that lasts must not hold on to all that it ever took and that is gone since. */
  private void prune() {
    for (long inode : List.copyOf(leases.keySet())) {
      if (!guard.namespace().isListed(inode)) {
        forget(inode);
      }
    }
    pruneAt = Math.max(FIRST_PRUNING, 2 * leases.size());
  }

  /** Ends it with all that it holds. */
  void close() {
    List.copyOf(leases.keySet()).forEach(this::forget);
    Linux.close(socket); // last: until then its number tells whether its claims have a holder
  }
}
