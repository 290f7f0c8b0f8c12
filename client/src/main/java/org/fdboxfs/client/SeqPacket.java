package org.fdboxfs.client;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connected socket whose messages carry descriptors. One thread at a time; what is written here
 * of struct msghdr and its companions holds for 64-bit Linux.
 */
final class SeqPacket implements AutoCloseable {
  /** What one message may have, by the kernel (SCM_MAX_FD). */
  static final int MAX_DESCRIPTORS = 253;

  /** What one message may have, by the daemon. */
  static final int MAX_BYTES = 65536;

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private static final int SIZEOF_SOCKADDR_UN = 110;

  /** Where things are in the one piece of memory: the message, its one piece of data, ... */
  private static final int IOVEC = 56;

  private static final int CONTROL = IOVEC + 16;
  private static final int CMSG_HEADER = 16;
  private static final int CONTROL_BYTES = CMSG_HEADER + (MAX_DESCRIPTORS + 1) / 2 * 8;
  private static final int DATA = CONTROL + CONTROL_BYTES;
  private static final int FLAGS = 48;

  /** What came in one message; the descriptors are owned by who asked for it. */
  record Received(ByteBuffer bytes, List<Descriptor> descriptors) {}

  private final Descriptor socket;
  private final ByteBuffer memory = LibC.memory(DATA + MAX_BYTES);
  private final long address = LibC.addressOf(memory);

  /** Owns the socket from now on. */
  SeqPacket(Descriptor socket) {
    this.socket = socket;
  }

  /**
   * Connects to a socket by its path, links followed.
   *
   * @throws FdBoxException with the errno of connect(2)
   */
  static SeqPacket connect(String path) throws FdBoxException {
    int number = LibC.SOCKET.call(AF_UNIX, SOCK_SEQPACKET | LibC.O_CLOEXEC, 0);
    if (number < 0) {
      throw LibC.failure("cannot make a socket");
    }
    SeqPacket connection = new SeqPacket(Descriptor.adopt(number));
    ByteBuffer name = LibC.memory(SIZEOF_SOCKADDR_UN);
    name.putShort((short) AF_UNIX).put(path.getBytes(StandardCharsets.UTF_8));
    try {
      if (LibC.CONNECT.call(number, LibC.addressOf(name), SIZEOF_SOCKADDR_UN) == 0) {
        return connection;
      }
    } finally {
      Reference.reachabilityFence(name);
    }
    FdBoxException failure = LibC.failure("cannot connect to " + path);
    connection.close();
    throw failure;
  }

  /**
   * Sends one message.
   *
   * @param numbers borrowed descriptors
   */
  void send(byte[] message, List<Integer> numbers) throws FdBoxException {
    memory.put(DATA, message);
    int control = 0;
    if (!numbers.isEmpty()) {
      int length = CMSG_HEADER + 4 * numbers.size();
      memory.putLong(CONTROL, length).putInt(CONTROL + 8, SOL_SOCKET);
      memory.putInt(CONTROL + 12, SCM_RIGHTS);
      for (int i = 0; i < numbers.size(); i++) {
        memory.putInt(CONTROL + CMSG_HEADER + 4 * i, numbers.get(i));
      }
      control = (length + 7) & ~7;
    }
    prepare(message.length, control);
    transfer(LibC.SENDMSG, MSG_NOSIGNAL);
  }

  /**
   * Waits for one message.
   *
   * @throws FdBoxException {@code ECONNRESET} the connection has ended; {@code EPROTO} the message
   *     is larger than it may be, or descriptors of it are lost, as when this process has no number
   *     free: what did arrive is closed
   */
  Received receive() throws FdBoxException {
    prepare(MAX_BYTES, CONTROL_BYTES);
    int length = transfer(LibC.RECVMSG, MSG_CMSG_CLOEXEC);
    List<Descriptor> descriptors = descriptors((int) memory.getLong(40));
    int flags = memory.getInt(FLAGS);
    if ((flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
      descriptors.forEach(Descriptor::close);
      String lost =
          (flags & MSG_CTRUNC) != 0
              ? "descriptors of an answer could not be received; is the limit of open files reached?"
              : "an answer is longer than " + MAX_BYTES + " bytes";
      throw new FdBoxException(Errnos.EPROTO, lost);
    }
    if (length == 0) {
      descriptors.forEach(Descriptor::close);
      throw new FdBoxException(Errnos.ECONNRESET, "the daemon has closed the connection");
    }
    byte[] bytes = new byte[length];
    memory.get(DATA, bytes);
    return new Received(ByteBuffer.wrap(bytes), descriptors);
  }

  /** Fills in struct msghdr and its struct iovec. */
  private void prepare(int bytes, int control) {
    memory.putLong(0, 0).putInt(8, 0);
    memory.putLong(16, address + IOVEC).putLong(24, 1);
    memory.putLong(32, control == 0 ? 0 : address + CONTROL).putLong(40, control);
    memory.putInt(FLAGS, 0);
    memory.putLong(IOVEC, address + DATA).putLong(IOVEC + 8, bytes);
  }

  private int transfer(LibC function, int flags) throws FdBoxException {
    while (true) {
      int result = function.call(socket.number(), address, flags);
      if (result >= 0) {
        return result;
      }
      int errno = LibC.errno();
      if (errno == Errnos.EPIPE || errno == Errnos.ECONNRESET) {
        throw new FdBoxException(Errnos.ECONNRESET, "the daemon has closed the connection");
      }
      if (errno != Errnos.EINTR) {
        throw LibC.failure("cannot talk to the daemon");
      }
    }
  }

  /** The descriptors in the control data, which may have other parts. */
  private List<Descriptor> descriptors(int controlLength) {
    List<Descriptor> descriptors = new ArrayList<>();
    int at = CONTROL;
    int end = CONTROL + controlLength;
    while (at + CMSG_HEADER <= end) {
      int length = (int) memory.getLong(at);
      if (length < CMSG_HEADER || at + length > end) {
        break;
      }
      if (memory.getInt(at + 8) == SOL_SOCKET && memory.getInt(at + 12) == SCM_RIGHTS) {
        for (int each = at + CMSG_HEADER; each < at + length; each += 4) {
          descriptors.add(Descriptor.adopt(memory.getInt(each)));
        }
      }
      at += (length + 7) & ~7;
    }
    return descriptors;
  }

  @Override
  public void close() {
    socket.close();
  }
}
