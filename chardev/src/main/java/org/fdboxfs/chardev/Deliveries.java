package org.fdboxfs.chardev;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.rule.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Descriptors on their way to who asked with GET_FD. Nobody can install one in another process, so
 * it goes over a socket of the caller's; the entry is claimed until the caller says that it has it,
 * and leaves then. If the socket closes before, the claim ends and nothing has happened.
 */
final class Deliveries implements Ioctls.Delivery {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  /** Deliveries that are not confirmed yet: each keeps a descriptor and a claim. */
  private static final int MOST = 256;

  private static final int MOST_OF_ONE_USER = 64;

  private static final byte[] DELIVERED = new byte[4];

  /** In place of a status: nobody is there to be told one. */
  private static final int GONE = -1;

  /**
   * One delivery.
   *
   * @param lease owned by this
   * @param socket owned by this
   */
  private record Pending(Lease lease, Caller caller, int socket) {}

  private final Guard guard;
  private final LinuxDescriptors descriptors;
  private final Epoll epoll;

  @GuardedBy("this")
  private final Map<Long, Pending> byInode = new HashMap<>();

  private Deliveries(Guard guard, LinuxDescriptors descriptors, Epoll epoll) {
    this.guard = guard;
    this.descriptors = descriptors;
    this.epoll = epoll;
  }

  /** Waits for confirmations on a thread of its own, as long as the process lives. */
  static Deliveries start(Guard guard, LinuxDescriptors descriptors) throws FsException {
    Deliveries deliveries = new Deliveries(guard, descriptors, Epoll.create());
    Thread thread = new Thread(deliveries::run, "deliveries");
    thread.setDaemon(true);
    thread.start();
    return deliveries;
  }

  @Override
  public void send(Target entry, int number, Caller direct, Caller caller) throws FsException {
    int socket = socket(number, direct);
    boolean pending = false;
    try {
      guard.claims().settle(entry);
      begin(entry, socket, caller);
      pending = true;
    } finally {
      if (!pending) {
        descriptors.discard(socket, direct.uid());
      }
    }
  }

  /** A duplicate of the caller's socket; its own pair only, for others must not get anything. */
  private int socket(int number, Caller direct) throws FsException {
    FsException none =
        new FsException(
            Errno.EMFILE, "pad names no socket of a pair to deliver by, as fdbox_get() does");
    if (number <= 0) {
      throw none;
    }
    int socket;
    try {
      socket = descriptors.fetchRaw(direct, number);
    } catch (FsException e) {
      throw e.errno().equals(Errno.EBADF) ? none : e;
    }
    if (!UnixSockets.isPairOf(socket, direct.process())) {
      descriptors.discard(socket, direct.uid());
      throw none;
    }
    return socket;
  }

  private synchronized void begin(Target entry, int socket, Caller caller) throws FsException {
    requireRoom(caller);
    // Before the rules are asked, which know no more than that there is a claim.
    requireFree(guard.namespace().inodeOf(entry, caller));
    Lease lease = claim(entry, caller);
    boolean sent = false;
    try {
      requireFree(lease.inode()); // the name may be another entry's by now
      guard.takes().take(List.of(lease), caller, all -> send(lease, socket, caller));
      epoll.add(socket, Epoll.READABLE | Epoll.ONCE, lease.inode());
      byInode.put(lease.inode(), new Pending(lease, caller, socket));
      sent = true;
    } finally {
      if (!sent) {
        guard.claims().release(lease);
      }
    }
  }

  @GuardedBy("this")
  private void requireRoom(Caller caller) throws FsException {
    long own =
        byInode.values().stream().filter(each -> each.caller().uid() == caller.uid()).count();
    if (byInode.size() == MOST || (!caller.isRoot() && own == MOST_OF_ONE_USER)) {
      throw new FsException(Errno.ENFILE, "too many descriptors wait to be received");
    }
  }

  /** One delivery of an entry at a time; for others it has left already. */
  @GuardedBy("this")
  private void requireFree(long inode) throws FsException {
    if (byInode.containsKey(inode)) {
      throw new FsException(Errno.ENOENT, "on its way to somebody else");
    }
  }

  private Lease claim(Target entry, Caller caller) throws FsException {
    try {
      return guard.claims().open(entry, null, Request.Part.OF_MOVE, caller);
    } catch (FsException e) {
      throw e.errno().equals(Errno.EISDIR)
          ? new FsException(Errno.ENOENT, "a directory, and no descriptor")
          : e;
    }
  }

  private void send(Lease lease, int socket, Caller caller) throws FsException {
    try (Handout handout = descriptors.handOut(lease.descriptor(), lease.access(), caller)) {
      if (!new Packet().send(socket, DELIVERED, new int[] {handout.number()})) {
        throw new FsException(Errno.EMFILE, "the socket is full");
      }
    } catch (FsException e) {
      throw e.errno().equals(Errno.EPIPE)
          ? new FsException(Errno.EMFILE, "the other end of the socket is closed")
          : e;
    }
  }

  private void run() {
    Packet packet = new Packet();
    while (true) {
      try {
        finish(epoll.await(), packet);
      } catch (FsException e) {
        log.error("descriptors cannot be confirmed any more: {}", e.getMessage());
        return;
      } catch (RuntimeException | Error e) {
        log.error("a delivery failed", e);
      }
    }
  }

  /** The caller has said something, or is gone. */
  private void finish(long inode, Packet packet) {
    Pending pending;
    synchronized (this) {
      pending = byInode.get(inode);
    }
    if (pending == null) {
      return;
    }
    int status = GONE;
    try {
      status = isConfirmed(pending, packet) ? moveOut(pending) : GONE;
    } finally {
      end(pending);
      if (status != GONE) {
        answer(pending.socket(), status, packet);
      }
      epoll.remove(pending.socket()); // closing it is not enough while the caller has it as well
      close(pending, packet);
    }
  }

  /** In one step for who asks for the entry: it is on its way, or not claimed by us any more. */
  private synchronized void end(Pending pending) {
    guard.claims().release(pending.lease());
    byInode.remove(pending.lease().inode());
  }

  /**
   * A message with descriptors confirms nothing and is left: one that waits while it is closed, see
   * SO_LINGER in socket(7), would hold us up when the kernel drops it, and all others with us.
   */
  private static boolean isConfirmed(Pending pending, Packet packet) {
    try {
      return packet.peekWithoutDescriptors(pending.socket()) == Packet.Received.MESSAGE
          && !packet.lacksDescriptors()
          && packet.receiveWithoutDescriptors(pending.socket(), false) == Packet.Received.MESSAGE;
    } catch (FsException e) {
      log.debug("a delivery is not confirmed: {}", e.getMessage());
      return false;
    }
  }

  /** What is left in it is dropped at the cost of who sent it. */
  private void close(Pending pending, Packet packet) {
    if (isEmpty(pending.socket(), packet)) {
      Linux.close(pending.socket());
    } else {
      descriptors.discard(pending.socket(), pending.caller().uid());
    }
  }

  private static boolean isEmpty(int socket, Packet packet) {
    try {
      return packet.peekWithoutDescriptors(socket) != Packet.Received.MESSAGE;
    } catch (FsException e) {
      return false;
    }
  }

  /** The errno of the answer, 0 when the entry has left. */
  private int moveOut(Pending pending) {
    try {
      guard.takes().move(List.of(pending.lease()), pending.caller(), taken -> {});
      return 0;
    } catch (FsException e) {
      return (e.errno().equals(Errno.EROFS) ? Errno.EBUSY : e.errno()).code();
    }
  }

  private static void answer(int socket, int status, Packet packet) {
    byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(status).array();
    try {
      if (!packet.send(socket, bytes, new int[0])) {
        log.debug("who got a descriptor does not read the answer");
      }
    } catch (FsException e) {
      log.debug("who got a descriptor is gone: {}", e.getMessage());
    }
  }
}
