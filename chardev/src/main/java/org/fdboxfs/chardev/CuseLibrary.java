package org.fdboxfs.chardev;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * libfuse's part of the devices: makes them, and turns what the kernel writes into calls. A
 * callback only notes what came, since what it would throw is lost; all else happens after it. For
 * one thread.
 */
final class CuseLibrary {
  static final String DEVICE = "/dev/cuse";

  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 04000;
  private static final int UNRESTRICTED_IOCTL = 1;

  // struct cuse_info.
  private static final int INFO = 32;
  private static final int INFO_MINOR = 4;
  private static final int INFO_COUNT = 8;
  private static final int INFO_STRINGS = 16;
  private static final int INFO_FLAGS = 24;

  // struct fuse_ctx.
  private static final int GID = 4;
  private static final int THREAD = 8;

  /** What a channel of libfuse tells the kernel to be able to read, and no less will do. */
  private static final int BUFFER = 0x21000;

  /**
   * A device that the kernel has made.
   *
   * @param fd owned by the session
   */
  record Session(Pointer pointer, Pointer channel, int fd) {}

  /**
   * An ioctl(2) that waits for its answer.
   *
   * @param argument as the caller gave it, most likely an address
   * @param bytes what is at that address, if the kernel was asked for it; else empty
   */
  record Call(
      Pointer request, int uid, int gid, int thread, int number, long argument, ByteBuffer bytes) {}

  private final LibCuse lib;
  private final Pointer buffer = Memory.allocateDirect(RUNTIME, BUFFER);
  private final Pointer vector = Memory.allocateDirect(RUNTIME, 16, true);

  /** Both hold on to functions that native code calls. */
  private final CuseOperations operations;

  private final Pointer operationsMemory;
  private @Nullable Call arrived;

  CuseLibrary(LibCuse lib) {
    this.lib = lib;
    this.operations = new CuseOperations(RUNTIME);
    this.operationsMemory = Memory.allocateDirect(RUNTIME, Struct.size(operations), true);
    operations.useMemory(operationsMemory);
    operations.read.set((request, size, offset, file) -> refuse(request));
    operations.write.set((request, bytes, size, offset, file) -> refuse(request));
    operations.ioctl.set(
        (request, number, argument, file, flags, in, inSize, outSize) ->
            note(request, number, argument, in, inSize));
  }

  private void refuse(Pointer request) {
    lib.fuse_reply_err(request, Errno.EINVAL.code());
  }

  private void note(Pointer request, int number, long argument, @Nullable Pointer in, long inSize) {
    try {
      Pointer context = lib.fuse_req_ctx(request);
      byte[] bytes = new byte[(int) inSize];
      if (in != null) {
        in.get(0, bytes, 0, bytes.length);
      }
      arrived =
          new Call(
              request,
              context.getInt(0),
              context.getInt(GID),
              context.getInt(THREAD),
              number,
              argument,
              ByteBuffer.wrap(bytes));
    } catch (RuntimeException | Error e) {
      lib.fuse_reply_err(request, Errno.EIO.code());
    }
  }

  /**
   * Makes a device; the kernel has made its node when this returns.
   *
   * @param name below {@code /dev}
   * @param major 0 for any
   * @throws FsException of open(2) on /dev/cuse; {@code EBUSY} the kernel refused
   */
  Session open(String name, int major, int minor) throws FsException {
    int fd = Linux.open(DEVICE, O_RDWR | O_NONBLOCK);
    Session session = session(fd, name, major, minor);
    boolean made = false;
    try {
      // The first asks for what the device is to be; after our answer there is nothing, or an end.
      made = process(session);
      made &= process(session);
    } finally {
      if (!made) {
        close(session);
      }
    }
    if (!made) {
      throw new FsException(Errno.EBUSY, "the kernel does not make the node /dev/" + name);
    }
    return session;
  }

  private Session session(int fd, String name, int major, int minor) throws FsException {
    byte[] text = ("DEVNAME=" + name + "\0").getBytes(StandardCharsets.UTF_8);
    Pointer string = Memory.allocateDirect(RUNTIME, text.length);
    string.put(0, text, 0, text.length);
    Pointer strings = Memory.allocateDirect(RUNTIME, 8, true);
    strings.putAddress(0, string.address());
    Pointer info = Memory.allocateDirect(RUNTIME, INFO, true);
    info.putInt(0, major);
    info.putInt(INFO_MINOR, minor);
    info.putInt(INFO_COUNT, 1);
    info.putAddress(INFO_STRINGS, strings.address());
    info.putInt(INFO_FLAGS, UNRESTRICTED_IOCTL);
    Pointer session;
    try {
      session = lib.cuse_lowlevel_new(null, info, operationsMemory, null);
    } finally {
      Reference.reachabilityFence(strings);
      Reference.reachabilityFence(string);
    }
    if (session == null) {
      Linux.close(fd);
      throw new FsException(Errno.ENOMEM, "libfuse makes no device");
    }
    Pointer channel = lib.fuse_kern_chan_new(fd);
    if (channel == null) {
      lib.fuse_session_destroy(session);
      Linux.close(fd);
      throw new FsException(Errno.ENOMEM, "libfuse makes no channel");
    }
    lib.fuse_session_add_chan(session, channel);
    return new Session(session, channel, fd);
  }

  /** Removes the device and its node; who has it open gets {@code ENOTCONN} from then on. */
  void close(Session session) {
    lib.fuse_session_destroy(session.pointer());
  }

  /**
   * Lets libfuse process the next request, if there is one; what it leaves to us is {@link #take}.
   *
   * @return false when the device has ended
   */
  boolean process(Session session) throws FsException {
    try {
      long length = Linux.read(session.fd(), new NativeBuffer(buffer.address(), BUFFER));
      lib.fuse_session_process(session.pointer(), buffer.address(), length, session.channel());
      return true;
    } catch (FsException e) {
      if (e.errno().equals(Errno.ENODEV)) {
        return false;
      }
      boolean nothing =
          e.errno().equals(Errno.EAGAIN)
              || e.errno().equals(Errno.EINTR)
              || e.errno().equals(Errno.ENOENT); // the request was taken back
      if (!nothing) {
        throw e;
      }
      return true;
    } finally {
      Reference.reachabilityFence(operations);
    }
  }

  /** The call that came with the last request, once; null when it was none. */
  @Nullable Call take() {
    Call call = arrived;
    arrived = null;
    return call;
  }

  /** Asks the kernel for what is at the argument of a call: it comes again, with the bytes. */
  void askFor(Call call, int bytes) {
    vector.putLong(0, call.argument());
    vector.putLong(8, bytes);
    lib.fuse_reply_ioctl_retry(call.request(), vector, 1, null, 0);
  }

  void succeed(Call call) {
    lib.fuse_reply_ioctl(call.request(), 0, null, 0);
  }

  void refuse(Call call, Errno errno) {
    lib.fuse_reply_err(call.request(), errno.code());
  }
}
