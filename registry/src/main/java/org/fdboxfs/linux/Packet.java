package org.fdboxfs.linux;

import java.util.Arrays;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * One message of a Unix socket with its descriptors, on its way in or out, see recvmsg(2) and
 * unix(7). The memory is used again for the next one; for one thread at a time.
 */
public final class Packet {
  /** The longest message, in bytes. */
  public static final int MOST_BYTES = 65_536;

  /** SCM_MAX_FD. */
  public static final int MOST_DESCRIPTORS = 253;

  /** What came of looking for a message. */
  public enum Received {
    MESSAGE,
    /** None is there. */
    NOTHING,
    /** There will be none. */
    END
  }

  /** Who sent a datagram; the kernel has checked that it may say so. */
  public record Sender(int pid, int uid, int gid) {}

  private static final LibC C = LibC.INSTANCE;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final int MSG_PEEK = 2;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_CTRUNC = 8;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int SCM_CREDENTIALS = 2;

  // struct msghdr, and behind it its vector.
  private static final int HEADER_VECTOR = 16;
  private static final int HEADER_VECTORS = 24;
  private static final int HEADER_CONTROL = 32;
  private static final int HEADER_CONTROL_BYTES = 40;
  private static final int HEADER_FLAGS = 48;
  private static final int VECTOR = 56;
  private static final int VECTOR_BYTES = VECTOR + 8;

  // struct cmsghdr.
  private static final int CONTROL_LEVEL = 8;
  private static final int CONTROL_TYPE = 12;
  private static final int CONTROL_DATA = 16;

  private static final int CONTROL = 128;
  private static final int CONTROL_BYTES = 2048;

  /** Room for a struct ucred; where none comes, the kernel would fill it with descriptors. */
  private static final int CONTROL_FOR_SENDER = 32;

  private static final int DATA = CONTROL + CONTROL_BYTES;

  private final Pointer memory = Memory.allocateDirect(RUNTIME, DATA + MOST_BYTES, true);
  private int length;
  private int[] descriptors = {};
  private @Nullable Sender sender;

  /** Makes room for a message. */
  public Packet() {
    memory.putAddress(HEADER_VECTOR, memory.address() + VECTOR);
    memory.putLong(HEADER_VECTORS, 1);
    memory.putAddress(VECTOR, memory.address() + DATA);
  }

  /**
   * Receives the next message, if there is one.
   *
   * @throws FsException errno of recvmsg(2)
   */
  public Received receive(int socket) throws FsException {
    return receive(socket, CONTROL_BYTES, 0);
  }

  /**
   * Receives the next message, but lets the kernel drop its descriptors: it then never calls the
   * filesystem they are of, as close(2) would.
   *
   * @param tellsSender whether the socket was made by {@link UnixSockets#receiver}
   */
  public Received receiveWithoutDescriptors(int socket, boolean tellsSender) throws FsException {
    return receive(socket, tellsSender ? CONTROL_FOR_SENDER : 0, 0);
  }

  /** Looks who sent the next message, which stays, on sockets that tell. */
  public Received peek(int socket) throws FsException {
    return receive(socket, CONTROL_FOR_SENDER, MSG_PEEK);
  }

  /** Looks at the next message, which stays; {@link #lacksDescriptors} tells whether it has any. */
  public Received peekWithoutDescriptors(int socket) throws FsException {
    return receive(socket, 0, MSG_PEEK);
  }

  private Received receive(int socket, int controlBytes, int flags) throws FsException {
    memory.putAddress(HEADER_CONTROL, memory.address() + CONTROL);
    memory.putLong(HEADER_CONTROL_BYTES, controlBytes);
    memory.putLong(VECTOR_BYTES, MOST_BYTES);
    descriptors = new int[0];
    sender = null;
    try {
      length =
          (int)
              Linux.check(
                  C.recvmsg(socket, memory, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC), "recvmsg");
    } catch (FsException e) {
      if (e.errno().equals(Errno.EAGAIN) || e.errno().equals(Errno.EINTR)) {
        return Received.NOTHING;
      }
      if (e.errno().equals(Errno.ECONNRESET)) {
        return Received.END;
      }
      throw e;
    }
    readControl();
    return length == 0 ? Received.END : Received.MESSAGE;
  }

  private void readControl() {
    long end = CONTROL + memory.getLong(HEADER_CONTROL_BYTES);
    long at = CONTROL;
    while (at + CONTROL_DATA <= end) {
      long bytes = memory.getLong(at);
      int type = memory.getInt(at + CONTROL_TYPE);
      if (memory.getInt(at + CONTROL_LEVEL) == SOL_SOCKET && type == SCM_RIGHTS) {
        descriptors = new int[(int) (bytes - CONTROL_DATA) / 4];
        memory.get(at + CONTROL_DATA, descriptors, 0, descriptors.length);
      } else if (memory.getInt(at + CONTROL_LEVEL) == SOL_SOCKET && type == SCM_CREDENTIALS) {
        long data = at + CONTROL_DATA;
        sender = new Sender(memory.getInt(data), memory.getInt(data + 4), memory.getInt(data + 8));
      }
      at += aligned(bytes);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7;
  }

  /** What was received. */
  public byte[] bytes() {
    byte[] bytes = new byte[length];
    memory.get(DATA, bytes, 0, length);
    return bytes;
  }

  /** Whether the message was longer than {@link #MOST_BYTES}. */
  public boolean isTruncated() {
    return (memory.getInt(HEADER_FLAGS) & MSG_TRUNC) != 0;
  }

  /** Whether not all of its descriptors are here: not wanted, or we had no numbers left. */
  public boolean lacksDescriptors() {
    return (memory.getInt(HEADER_FLAGS) & MSG_CTRUNC) != 0;
  }

  /** The descriptors that came with the message, owned by the caller. */
  public int[] descriptors() {
    return descriptors;
  }

  /** Who sent the message, on sockets that tell. */
  public @Nullable Sender sender() {
    return sender;
  }

  /**
   * Sends a message.
   *
   * @param numbers borrowed
   * @return false when the other side has too much to read already
   * @throws FsException {@code EPIPE} the other side is gone; {@code EMSGSIZE}; {@code
   *     ETOOMANYREFS} too many descriptors of ours are on their way
   */
  public boolean send(int socket, byte[] bytes, int[] numbers) throws FsException {
    if (bytes.length > MOST_BYTES || numbers.length > MOST_DESCRIPTORS) {
      throw new FsException(Errno.EMSGSIZE, "the answer is too large");
    }
    memory.put(DATA, bytes, 0, bytes.length);
    memory.putLong(VECTOR_BYTES, bytes.length);
    int control = 0;
    if (numbers.length > 0) {
      memory.putLong(CONTROL, CONTROL_DATA + 4L * numbers.length);
      memory.putInt(CONTROL + CONTROL_LEVEL, SOL_SOCKET);
      memory.putInt(CONTROL + CONTROL_TYPE, SCM_RIGHTS);
      memory.put(CONTROL + CONTROL_DATA, numbers, 0, numbers.length);
      control = (int) aligned(CONTROL_DATA + 4L * numbers.length);
    }
    memory.putAddress(HEADER_CONTROL, control == 0 ? 0 : memory.address() + CONTROL);
    memory.putLong(HEADER_CONTROL_BYTES, control);
    try {
      Linux.check(C.sendmsg(socket, memory, MSG_DONTWAIT | MSG_NOSIGNAL), "sendmsg");
      return true;
    } catch (FsException e) {
      if (e.errno().equals(Errno.EAGAIN)) {
        return false;
      }
      throw e;
    }
  }

  /** The length of what was received, and where from, for messages about it. */
  @Override
  public String toString() {
    return length + " bytes, descriptors " + Arrays.toString(descriptors);
  }
}
