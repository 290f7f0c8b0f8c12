package org.fdboxfs.fs.fuse;

import java.util.concurrent.CountDownLatch;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.fs.ControlDirectory;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies of libfuse on their way to the kernel, with what libfuse 2 has no word for: passthrough
 * and open flags, how long attributes hold, and the one answer to SYMLINK that the kernel accepts.
 */
final class ReplyPatches {
  private static final Logger log = LoggerFactory.getLogger(ReplyPatches.class);
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final short MAX_BACKGROUND = (short) 65_535;

  private final int device;
  private final OpenReplies opens;
  private final Nodes nodes;
  private final Passthrough passthrough;
  private final boolean wantsPassthrough;
  private final CountDownLatch initialised = new CountDownLatch(1);
  private volatile boolean offered;

  ReplyPatches(
      int device,
      OpenReplies opens,
      Nodes nodes,
      Passthrough passthrough,
      boolean wantsPassthrough) {
    this.device = device;
    this.opens = opens;
    this.nodes = nodes;
    this.passthrough = passthrough;
    this.wantsPassthrough = wantsPassthrough;
  }

  /** Waits until the kernel has the answer to INIT: from then on the mount is usable. */
  void awaitInitialised() throws InterruptedException {
    initialised.await();
  }

  /** Looks at what the kernel offers. */
  void initRequested(Pointer request) {
    boolean extended = (request.getInt(Protocol.INIT_IN_FLAGS) & Protocol.FUSE_INIT_EXT) != 0;
    offered =
        extended
            && (request.getInt(Protocol.INIT_IN_FLAGS2) & Protocol.FUSE_PASSTHROUGH_FLAG2) != 0;
  }

  /**
   * Sends a reply. One of success that no callback stands for is a lie: jffi reports 0 for what it
   * could not call. In place of that, and of what cannot be patched, goes {@code EIO}.
   *
   * @param vectors address of an array of struct iovec: header and body
   * @return 0 or a negated errno, as libfuse wants it
   */
  int send(long vectors, long count) {
    if (vectors == 0 || count == 0) {
      return 0; // a request that wants no reply
    }
    CurrentRequest current = CurrentRequest.get();
    if (current.isPretended()) {
      return 0;
    }
    Pointer header = Pointer.wrap(RUNTIME, vectors).getPointer(0);
    boolean lost = Protocol.isForCallback(current.opcode()) && !current.isAttended();
    if (lost && header.getInt(Protocol.OUT_ERROR) == 0) {
      int takenBack = sendInstead(vectors, header, Errno.EIO);
      log.error("{}: its callback did not come to an end", current);
      return takenBack;
    }
    try {
      return send(current, vectors, count, header);
    } catch (RuntimeException | Error e) {
      int takenBack = sendInstead(vectors, header, Errno.EIO);
      log.error("the reply to {} failed", current, e);
      return takenBack;
    }
  }

  private int send(CurrentRequest current, long vectors, long count, Pointer header) {
    showStale(current.opcode(), header);
    switch (current.opcode()) {
      case Protocol.INIT,
          Protocol.OPEN,
          Protocol.CREATE,
          Protocol.SYMLINK,
          Protocol.LOOKUP,
          Protocol.MKNOD,
          Protocol.MKDIR,
          Protocol.GETATTR,
          Protocol.SETATTR -> {
        if (count > 1 && header.getInt(Protocol.OUT_ERROR) == 0) {
          Pointer body = Pointer.wrap(RUNTIME, vectors).getPointer(16);
          return sendPatched(current, vectors, count, header, body);
        }
      }
      default -> {}
    }
    return Linux.writev(device, vectors, (int) count);
  }

  private static void showStale(int opcode, Pointer header) {
    int error = header.getInt(Protocol.OUT_ERROR);
    if (error < 0) {
      header.putInt(Protocol.OUT_ERROR, -shown(opcode, new Errno(-error)).code());
    }
  }

  /**
   * A node that was looked up and is gone was removed or replaced in between. Stale makes the
   * kernel look its name up once more, so that a name that is there all the time is always found.
   */
  static Errno shown(int opcode, Errno errno) {
    return errno.equals(Errno.ENOENT) && Protocol.isAboutNode(opcode) ? Errno.ESTALE : errno;
  }

  private int sendPatched(
      CurrentRequest current, long vectors, long count, Pointer header, Pointer body) {
    switch (current.opcode()) {
      case Protocol.INIT -> {
        return sendInit(header, body);
      }
      case Protocol.OPEN -> open(current, current.node(), body, 0);
      case Protocol.CREATE -> {
        open(current, body.getLong(Protocol.ENTRY_NODE), body, Protocol.ENTRY_OUT);
        nodes.learn(body);
        entry(current, body);
      }
      case Protocol.SYMLINK -> expireLink(body);
      case Protocol.LOOKUP, Protocol.MKNOD, Protocol.MKDIR -> {
        if (!nodes.learn(body)) {
          // The kernel looks the name up again; by then the rename is over that is under way.
          return sendInstead(vectors, header, Errno.ESTALE);
        }
        entry(current, body);
      }
      default -> attributes(current, body);
    }
    return Linux.writev(device, vectors, (int) count);
  }

  /**
   * Sends an error in place of a reply.
   *
   * @return what makes libfuse take back what it has counted or opened for the reply
   */
  private int sendInstead(long vectors, Pointer header, Errno errno) {
    header.putInt(Protocol.OUT_LENGTH, Protocol.OUT_HEADER);
    header.putInt(Protocol.OUT_ERROR, -errno.code());
    Linux.writev(device, vectors, 1);
    return -Errno.ENOENT.code();
  }

  private void open(CurrentRequest current, long node, Pointer body, int at) {
    if (current.opened() == 0) {
      return;
    }
    OpenReplies.Answer answer = opens.opened(node, current.opened(), true);
    body.putInt(at + Protocol.OPEN_FLAGS, answer.flags());
    body.putInt(at + Protocol.OPEN_BACKING, answer.backing());
  }

  /** The kernel asks again at once, and then sees the regular file that the entry is. */
  private static void expireLink(Pointer body) {
    expireName(body);
    body.putLong(Protocol.ENTRY_ATTR_VALID, 0);
    body.putInt(Protocol.ENTRY_ATTR_VALID_NANOS, 0);
  }

  private static void expireName(Pointer body) {
    body.putLong(Protocol.ENTRY_VALID, 0);
    body.putInt(Protocol.ENTRY_VALID_NANOS, 0);
  }

  /** Sizes and times of memory that others hold change without us; devices go with their boxes. */
  private void entry(CurrentRequest current, Pointer body) {
    if (nodes.isLeaving(body) || ControlDirectory.ownsDevice(body.getLong(Protocol.ENTRY_ATTR))) {
      expireName(body);
    }
    if (!current.lasting()) {
      body.putLong(Protocol.ENTRY_ATTR_VALID, 0);
      body.putInt(Protocol.ENTRY_ATTR_VALID_NANOS, 0);
    }
  }

  private static void attributes(CurrentRequest current, Pointer body) {
    if (!current.lasting()) {
      body.putLong(Protocol.ATTR_VALID, 0);
      body.putInt(Protocol.ATTR_VALID_NANOS, 0);
    }
  }

  /**
   * libfuse answers INIT with 24 bytes of protocol 7.19; passthrough wants the 64 of 7.40. A large
   * max_background, or a RELEASE could wait in the kernel behind others while an OPEN overtakes it.
   */
  private int sendInit(Pointer header, Pointer body) {
    if (offered) {
      int length = Protocol.OUT_HEADER + Protocol.INIT_OUT;
      Pointer out = Memory.allocateDirect(RUNTIME, length, true);
      header.transferTo(0, out, 0, Protocol.OUT_HEADER);
      body.transferTo(0, out, Protocol.OUT_HEADER, Protocol.INIT_OUT_SHORT);
      out.putInt(Protocol.OUT_LENGTH, length);
      Pointer init = out.slice(Protocol.OUT_HEADER);
      init.putInt(Protocol.INIT_MINOR, 40);
      init.putShort(Protocol.INIT_MAX_BACKGROUND, MAX_BACKGROUND);
      init.putShort(Protocol.INIT_CONGESTION, MAX_BACKGROUND);
      if (wantsPassthrough) {
        init.putInt(Protocol.INIT_FLAGS, init.getInt(Protocol.INIT_FLAGS) | Protocol.FUSE_INIT_EXT);
        init.putInt(Protocol.INIT_FLAGS2, Protocol.FUSE_PASSTHROUGH_FLAG2);
        init.putInt(Protocol.INIT_STACK_DEPTH, 1);
        passthrough.enable(device);
      }
      return initialised(write(out, length));
    }
    body.putShort(Protocol.INIT_MAX_BACKGROUND, MAX_BACKGROUND);
    body.putShort(Protocol.INIT_CONGESTION, MAX_BACKGROUND);
    Pointer whole =
        Memory.allocateDirect(RUNTIME, Protocol.OUT_HEADER + Protocol.INIT_OUT_SHORT, true);
    header.transferTo(0, whole, 0, Protocol.OUT_HEADER);
    body.transferTo(0, whole, Protocol.OUT_HEADER, Protocol.INIT_OUT_SHORT);
    return initialised(write(whole, Protocol.OUT_HEADER + Protocol.INIT_OUT_SHORT));
  }

  private int write(Pointer out, int length) {
    try {
      Linux.write(device, new NativeBuffer(out.address(), length));
      return 0;
    } catch (FsException e) {
      return -e.errno().code();
    }
  }

  private int initialised(int result) {
    initialised.countDown();
    return result;
  }
}
