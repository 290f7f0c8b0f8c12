package org.fdboxfs.linux;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** Unix sockets, see unix(7). Numbers that come out are close-on-exec and owned by the caller. */
public final class UnixSockets {
  /**
   * Who called connect(2), as the kernel noted it then.
   *
   * @param pid 0 when it is not in our pid namespace
   * @param groups supplementary groups
   */
  public record Peer(int pid, int uid, int gid, Set<Integer> groups) {}

  private static final LibC C = LibC.INSTANCE;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final int AF_UNIX = 1;
  private static final int DATAGRAM = 2;
  private static final int SEQPACKET = 5;
  private static final int NONBLOCK = 04000;
  private static final int CLOEXEC = 02000000;
  private static final int SHUT_RD = 0;
  private static final int BACKLOG = 1024;
  private static final int EVERYBODY = 0666;
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_SNDBUF = 7;
  private static final int SO_PASSCRED = 16;
  private static final int SO_PEERCRED = 17;
  private static final int SO_DOMAIN = 39;
  private static final int SO_PEERGROUPS = 59;
  private static final int SO_PEERPIDFD = 77;
  private static final Errno ENOPROTOOPT = new Errno(92);
  private static final int MOST_GROUPS = 65536;

  /** struct sockaddr_un: a family of two bytes and the path. */
  private static final int PATH = 2;

  private static final int MOST_PATH_BYTES = 107;
  private static final int ADDRESS_BYTES = PATH + MOST_PATH_BYTES + 1;

  private UnixSockets() {}

  /**
   * A socket for connections of packets, which everybody may connect to.
   *
   * @throws FsException {@code ENAMETOOLONG} the path does not fit an address; {@code EADDRINUSE}
   */
  public static int listen(String path) throws FsException {
    return bound(SEQPACKET, path, fd -> Linux.check(C.listen(fd, BACKLOG), "listen"));
  }

  /** A socket for datagrams, which everybody may send to and which tells who did; as listen. */
  public static int receiver(String path) throws FsException {
    return bound(
        DATAGRAM,
        path,
        fd -> {
          Pointer one = Memory.allocateDirect(RUNTIME, 4, true);
          one.putInt(0, 1);
          Linux.check(C.setsockopt(fd, SOL_SOCKET, SO_PASSCRED, one, 4), "setsockopt");
        });
  }

  private interface Preparation {
    void run(int fd) throws FsException;
  }

  private static int bound(int type, String path, Preparation preparation) throws FsException {
    int fd = socket(type | NONBLOCK);
    boolean done = false;
    try {
      Pointer address = address(path);
      Linux.check(C.bind(fd, address, ADDRESS_BYTES), "bind");
      Linux.check(C.chmod(path, EVERYBODY), "chmod");
      preparation.run(fd);
      done = true;
      return fd;
    } finally {
      if (!done) {
        Linux.close(fd);
      }
    }
  }

  /**
   * Bounds what waits to be read at the other end of a connection, so that about twenty small
   * messages and no two large ones do.
   */
  public static void boundUnread(int connection) throws FsException {
    Pointer bytes = Memory.allocateDirect(RUNTIME, 4, true);
    bytes.putInt(0, Packet.MOST_BYTES / 2 + 512); // the kernel doubles it, and no message is longer
    Linux.check(C.setsockopt(connection, SOL_SOCKET, SO_SNDBUF, bytes, 4), "setsockopt");
  }

  /**
   * Whether little enough waits to be read at the other end of a connection, a quarter of the
   * bound: then any message can be sent at once.
   */
  public static boolean isWritable(int connection) throws FsException {
    return Linux.isWritable(connection);
  }

  private static int socket(int type) throws FsException {
    return Linux.check(C.socket(AF_UNIX, type | CLOEXEC, 0), "socket");
  }

  /** Whether a path is short enough for an address. */
  public static boolean isAddress(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length <= MOST_PATH_BYTES;
  }

  private static Pointer address(String path) throws FsException {
    if (!isAddress(path)) {
      throw new FsException(
          Errno.ENAMETOOLONG, "an address has at most " + MOST_PATH_BYTES + " bytes");
    }
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    Pointer address = Memory.allocateDirect(RUNTIME, ADDRESS_BYTES, true);
    address.putShort(0, (short) AF_UNIX);
    address.put(PATH, bytes, 0, bytes.length);
    return address;
  }

  /** Whether somebody listens for connections of packets there. */
  public static boolean isListened(String path) {
    try {
      int fd = socket(SEQPACKET | NONBLOCK);
      try {
        Linux.check(C.connect(fd, address(path), ADDRESS_BYTES), "connect");
        return true;
      } finally {
        Linux.close(fd);
      }
    } catch (FsException e) {
      return e.errno().equals(Errno.EAGAIN); // too many wait to be accepted
    }
  }

  /**
   * The next connection, which does not block.
   *
   * @throws FsException {@code EAGAIN} nobody waits; {@code ECONNABORTED} it is gone already
   */
  public static int accept(int listener) throws FsException {
    return Linux.check(C.accept4(listener, null, null, NONBLOCK | CLOEXEC), "accept4");
  }

  /** Lets the other end send no more; what it has sent can still be received. */
  public static void endInput(int connection) throws FsException {
    Linux.check(C.shutdown(connection, SHUT_RD), "shutdown");
  }

  /** Who is at the other end of a connection. */
  public static Peer peer(int connection) throws FsException {
    Pointer credentials = option(connection, SO_PEERCRED, 12, 12);
    Set<Integer> groups = new HashSet<>();
    Pointer ids = option(connection, SO_PEERGROUPS, 4 * 64, 4 * MOST_GROUPS);
    for (long at = 0; at < ids.size(); at += 4) {
      groups.add(ids.getInt(at));
    }
    return new Peer(credentials.getInt(0), credentials.getInt(4), credentials.getInt(8), groups);
  }

  /**
   * Whether a descriptor is one of a pair of sockets for packets that a process made itself, see
   * socketpair(2).
   */
  public static boolean isPairOf(int fd, int process) {
    try {
      return option(fd, SO_TYPE, 4, 4).getInt(0) == SEQPACKET
          && option(fd, SO_DOMAIN, 4, 4).getInt(0) == AF_UNIX
          && option(fd, SO_PEERCRED, 12, 12).getInt(0) == process
          && !hasAddress(fd);
    } catch (FsException e) {
      return false; // no socket
    }
  }

  /** Whether either end is bound: then it was connected, and others could have done that. */
  private static boolean hasAddress(int fd) {
    Pointer address = Memory.allocateDirect(RUNTIME, ADDRESS_BYTES, true);
    Pointer length = Memory.allocateDirect(RUNTIME, 4, true);
    length.putInt(0, ADDRESS_BYTES);
    boolean bound = C.getsockname(fd, address, length) != 0 || length.getInt(0) > PATH;
    length.putInt(0, ADDRESS_BYTES);
    return bound || C.getpeername(fd, address, length) != 0 || length.getInt(0) > PATH;
  }

  /** Whether the process of the other end lives; true also where the kernel cannot tell. */
  public static boolean isPeerAlive(int connection) {
    try {
      int pidfd = option(connection, SO_PEERPIDFD, 4, 4).getInt(0);
      try {
        return !Tasks.hasEnded(pidfd);
      } finally {
        Linux.close(pidfd);
      }
    } catch (FsException e) {
      return e.errno().equals(ENOPROTOOPT); // since Linux 6.5
    }
  }

  /** Whether the other end of a connection is closed. */
  public static boolean isHungUp(int connection) {
    try {
      return Linux.hasHungUp(connection);
    } catch (FsException e) {
      return false;
    }
  }

  private static Pointer option(int fd, int option, int bytes, int most) throws FsException {
    Pointer value = Memory.allocateDirect(RUNTIME, bytes, true);
    Pointer length = Memory.allocateDirect(RUNTIME, 4, true);
    length.putInt(0, bytes);
    try {
      Linux.check(C.getsockopt(fd, SOL_SOCKET, option, value, length), "getsockopt");
      return value.slice(0, length.getInt(0));
    } catch (FsException e) {
      if (e.errno().equals(Errno.ERANGE) && bytes < most) {
        return option(fd, option, most, most);
      }
      throw e;
    }
  }

  /** Whether a Unix socket is bound below a directory, or connected to one that is. */
  static boolean leadsBelow(int fd, String directory) {
    Pointer address = Memory.allocateDirect(RUNTIME, ADDRESS_BYTES + 1, true);
    Pointer length = Memory.allocateDirect(RUNTIME, 4, true);
    length.putInt(0, ADDRESS_BYTES);
    boolean bound = C.getsockname(fd, address, length) == 0 && isBelow(address, length, directory);
    length.putInt(0, ADDRESS_BYTES);
    return bound
        || (C.getpeername(fd, address, length) == 0 && isBelow(address, length, directory));
  }

  private static boolean isBelow(Pointer address, Pointer length, String directory) {
    int bytes = Math.min(length.getInt(0), ADDRESS_BYTES) - PATH;
    if (bytes <= 0 || address.getShort(0) != AF_UNIX) {
      return false;
    }
    byte[] path = new byte[bytes];
    address.get(PATH, path, 0, bytes);
    return new String(path, StandardCharsets.UTF_8).startsWith(directory + "/");
  }
}
