package org.fdboxfs.fs.fuse;

import java.lang.ref.Reference;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.model.Timestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replies and notifications that we write ourselves, past libfuse. */
final class Replies {
  private static final Logger log = LoggerFactory.getLogger(Replies.class);
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  /** Seconds for which the kernel may believe the attributes of what has no bytes. */
  static final int ATTRIBUTE_SECONDS = 1;

  private final int device;
  private final ThreadLocal<Pointer> small =
      ThreadLocal.withInitial(() -> Memory.allocateDirect(RUNTIME, 256, true));

  Replies(int device) {
    this.device = device;
  }

  /** Does what answers a request; what is thrown is the answer else. */
  void guarded(CurrentRequest current, CallbackGuard.Action answer) {
    int result = CallbackGuard.run("request", current, answer);
    if (result != 0) {
      error(current.unique(), ReplyPatches.shown(current.opcode(), new Errno(-result)));
    }
  }

  void error(long unique, Errno errno) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER, -errno.code(), unique);
    send(reply, Protocol.OUT_HEADER);
  }

  /** Sends a reply whose body is already behind the room for its header. */
  void data(Pointer reply, long unique, int bytes) {
    header(reply, Protocol.OUT_HEADER + bytes, 0, unique);
    send(reply, Protocol.OUT_HEADER + bytes);
  }

  /** The reply to WRITE. */
  void written(long unique, int bytes) {
    pair(unique, bytes);
  }

  /** The reply to POLL. */
  void polled(long unique, int events) {
    pair(unique, events);
  }

  private void pair(long unique, int first) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER + 8, 0, unique);
    reply.putInt(Protocol.OUT_HEADER, first);
    reply.putInt(Protocol.OUT_HEADER + 4, 0);
    send(reply, Protocol.OUT_HEADER + 8);
  }

  /** Tells a poll(2) to look again. */
  void wakePoll(long kernelHandle) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER + 8, Protocol.FUSE_NOTIFY_POLL, 0);
    reply.putLong(Protocol.OUT_HEADER, kernelHandle);
    send(reply, Protocol.OUT_HEADER + 8);
  }

  /** The reply to IOCTL: it went well, and a number of 8 bytes came of it. */
  void number(long unique, long number) {
    int bytes = Protocol.OUT_HEADER + Protocol.IOCTL_OUT + 8;
    Pointer reply = small.get();
    header(reply, bytes, 0, unique);
    reply.setMemory(Protocol.OUT_HEADER, Protocol.IOCTL_OUT, (byte) 0);
    reply.putLong(Protocol.OUT_HEADER + Protocol.IOCTL_OUT, number);
    send(reply, bytes);
  }

  /** The reply to IOCTL: it went well, and nothing came of it. */
  void asked(long unique) {
    int bytes = Protocol.OUT_HEADER + Protocol.IOCTL_OUT;
    Pointer reply = small.get();
    header(reply, bytes, 0, unique);
    reply.setMemory(Protocol.OUT_HEADER, Protocol.IOCTL_OUT, (byte) 0);
    send(reply, bytes);
  }

  /** Tells the kernel that the attributes of a node have changed. */
  void attributesChanged(long node) {
    int bytes = Protocol.OUT_HEADER + Protocol.INVAL_INODE;
    Pointer notice = small.get();
    header(notice, bytes, Protocol.FUSE_NOTIFY_INVAL_INODE, 0);
    notice.putLong(Protocol.OUT_HEADER, node);
    notice.putLong(Protocol.OUT_HEADER + 8, -1); // attributes only, no bytes
    notice.putLong(Protocol.OUT_HEADER + 16, 0);
    send(notice, bytes);
  }

  /** Tells the kernel that a directory does not list a name any more. */
  void nameGone(long directory, byte[] name) {
    int bytes = Protocol.OUT_HEADER + Protocol.INVAL_ENTRY + name.length + 1;
    Pointer notice = Memory.allocateDirect(RUNTIME, bytes, true);
    header(notice, bytes, Protocol.FUSE_NOTIFY_INVAL_ENTRY, 0);
    notice.putLong(Protocol.OUT_HEADER, directory);
    notice.putInt(Protocol.OUT_HEADER + 8, name.length);
    notice.put(Protocol.OUT_HEADER + Protocol.INVAL_ENTRY, name, 0, name.length);
    send(notice, bytes);
  }

  /** The reply to LSEEK. */
  void sought(long unique, long offset) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER + 8, 0, unique);
    reply.putLong(Protocol.OUT_HEADER, offset);
    send(reply, Protocol.OUT_HEADER + 8);
  }

  /**
   * The reply to OPEN.
   *
   * @return whether the kernel took it; if not, the open was given up and nobody will release it
   */
  boolean opened(long unique, long handle, OpenReplies.Answer answer) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER + Protocol.OPEN_OUT, 0, unique);
    reply.putLong(Protocol.OUT_HEADER, handle);
    reply.putInt(Protocol.OUT_HEADER + Protocol.OPEN_FLAGS, answer.flags());
    reply.putInt(Protocol.OUT_HEADER + Protocol.OPEN_BACKING, answer.backing());
    return send(reply, Protocol.OUT_HEADER + Protocol.OPEN_OUT);
  }

  /** A reply without a body. */
  void done(long unique) {
    Pointer reply = small.get();
    header(reply, Protocol.OUT_HEADER, 0, unique);
    send(reply, Protocol.OUT_HEADER);
  }

  /** The reply to GETATTR and SETATTR. */
  void attributes(long unique, Attributes a) {
    Pointer reply = small.get();
    reply.putLong(Protocol.OUT_HEADER + Protocol.ATTR_VALID, a.lasting() ? ATTRIBUTE_SECONDS : 0);
    reply.putLong(Protocol.OUT_HEADER + Protocol.ATTR_VALID_NANOS, 0);
    header(reply, Protocol.OUT_HEADER + Protocol.ATTR_OUT, 0, unique);
    long at = Protocol.OUT_HEADER + Protocol.ATTR_ATTR;
    reply.putLong(at, a.inode());
    reply.putLong(at + 8, a.size());
    reply.putLong(at + 16, a.blocks());
    time(reply, at + 24, at + 48, a.accessed());
    time(reply, at + 32, at + 52, a.modified());
    time(reply, at + 40, at + 56, a.changed());
    reply.putInt(at + 60, a.fullMode());
    reply.putInt(at + 64, a.links());
    reply.putInt(at + 68, a.uid());
    reply.putInt(at + 72, a.gid());
    reply.putInt(at + 76, 0);
    reply.putInt(at + 80, 4096);
    reply.putInt(at + 84, 0);
    send(reply, Protocol.OUT_HEADER + Protocol.ATTR_OUT);
  }

  private static void time(Pointer reply, long seconds, long nanos, Timestamp time) {
    reply.putLong(seconds, time.seconds());
    reply.putInt(nanos, time.nanos());
  }

  private static void header(Pointer reply, int length, int error, long unique) {
    reply.putInt(Protocol.OUT_LENGTH, length);
    reply.putInt(Protocol.OUT_ERROR, error);
    reply.putLong(Protocol.OUT_UNIQUE, unique);
  }

  private boolean send(Pointer reply, int length) {
    try {
      Linux.write(device, new NativeBuffer(reply.address(), length));
      return true;
    } catch (FsException e) {
      // ENOENT: the request is not waited for any more. ENODEV: unmounted. Nothing to be done.
      log.debug("a reply was not taken: {}", e.errno());
      return false;
    } finally {
      Reference.reachabilityFence(reply); // its address alone would not keep its memory
    }
  }
}
