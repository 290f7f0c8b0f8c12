package org.fdboxfs.fs.socket;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Supervised;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves connections to the exchange. A few threads wait for all of them; each event is for one
 * thread, and the connection is looked at again only when that has answered it. So messages of one
 * connection are answered in order, and nobody else waits for somebody slow.
 */
final class ExchangeSocket {
  private static final Logger log = LoggerFactory.getLogger(ExchangeSocket.class);

  /** Two, so that one may ask the mount about a handle while the other serves. */
  private static final int THREADS = 2;

  private static final int MOST_CONNECTIONS = 1536;
  private static final int MOST_OF_ONE_USER = 256;
  private static final long LISTENER = 0;

  private final Operations operations;
  private final Peers peers;
  private final int listener;
  private final Epoll epoll;
  private final ConcurrentHashMap<Long, Connection> connections = new ConcurrentHashMap<>();
  private final FairShare admitted;
  private final SlowWork slow = new SlowWork(this::startThread);
  private final AtomicLong next = new AtomicLong(LISTENER + 1);

  /**
   * Takes a listening socket over.
   *
   * @param listener owned by this from now on
   */
  ExchangeSocket(Operations operations, Peers peers, int listener) throws FsException {
    this.operations = operations;
    this.peers = peers;
    this.listener = listener;
    this.epoll = Epoll.create();
    int most = Math.min(MOST_CONNECTIONS, operations.descriptors().ownNumbers() / 2);
    this.admitted = new FairShare(most, 4, MOST_OF_ONE_USER);
  }

  void start() throws FsException {
    epoll.add(listener, Epoll.READABLE | Epoll.ONCE, LISTENER);
    for (int i = 0; i < THREADS; i++) {
      startThread();
    }
  }

  private void startThread() {
    Thread thread = new Thread(this::run, "exchange");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    Packet packet = new Packet();
    try {
      while (!slow.isSurplus()) {
        long token = epoll.await();
        Supervised.run(() -> serve(token, packet));
      }
    } catch (FsException e) {
      log.error("the exchange cannot go on: {}", e.getMessage());
    }
  }

  private void serve(long token, Packet packet) {
    if (token == LISTENER) {
      accept(packet);
    } else {
      serveConnection(token, packet);
    }
  }

  private void serveConnection(long token, Packet packet) {
    Connection connection = connections.get(token);
    if (connection == null) {
      return;
    }
    boolean goesOn = false;
    try {
      if (connection.serve(packet)) {
        int events = connection.waitsToSend() ? Epoll.WRITABLE : Epoll.READABLE;
        epoll.modify(connection.socket(), events | Epoll.ONCE, token);
        goesOn = true;
      }
    } catch (FsException e) {
      log.debug("a connection of uid {} ends: {}", connection.uid(), e.getMessage());
    } finally {
      if (!goesOn) {
        end(token, connection);
      }
    }
  }

  private void end(long token, Connection connection) {
    connections.remove(token);
    connection.close();
    admitted.giveBack(connection.uid(), 1);
  }

  private void accept(Packet packet) {
    try {
      admit(UnixSockets.accept(listener), packet);
    } catch (FsException e) {
      log.debug("no connection: {}", e.getMessage()); // it has gone, or another thread has it
    } finally {
      waitForConnections();
    }
  }

  private void waitForConnections() {
    try {
      epoll.modify(listener, Epoll.READABLE | Epoll.ONCE, LISTENER);
    } catch (FsException e) {
      throw new IllegalStateException("nobody can connect any more", e);
    }
  }

  private void admit(int socket, Packet packet) throws FsException {
    boolean handedOver = false;
    try {
      UnixSockets.boundUnread(socket);
      Caller caller = peers.of(socket);
      if (admitted.take(caller.uid(), caller.isRoot(), 1)) {
        Connection connection = new Connection(operations, slow, socket, caller);
        handedOver = true;
        serve(connection);
      } else {
        refuse(socket, packet);
      }
    } finally {
      if (!handedOver) {
        Linux.close(socket);
      }
    }
  }

  /** From now on; it ends here if that cannot be. */
  private void serve(Connection connection) throws FsException {
    long token = next.getAndIncrement();
    boolean waitedFor = false;
    try {
      connections.put(token, connection);
      epoll.add(connection.socket(), Epoll.READABLE | Epoll.ONCE, token);
      waitedFor = true;
    } finally {
      if (!waitedFor) {
        end(token, connection);
      }
    }
  }

  /** What was asked already is received: a socket that is closed before loses its answer, too. */
  private static void refuse(int socket, Packet packet) throws FsException {
    FsException refusal =
        new FsException(Errno.ENFILE, "too many connections, of this user or of all");
    Answer.refused(refusal).send(packet, socket);
    UnixSockets.endInput(socket);
    Packet.Received received = Packet.Received.MESSAGE;
    while (received == Packet.Received.MESSAGE) {
      received = packet.receiveWithoutDescriptors(socket, false);
    }
  }
}
