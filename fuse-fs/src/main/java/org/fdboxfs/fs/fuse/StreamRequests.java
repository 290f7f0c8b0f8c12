package org.fdboxfs.fs.fuse;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.Stream;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * READ, WRITE and POLL on streams. What cannot be done now is parked with {@link StreamWaiter},
 * which takes no thread, so that any number of blocked readers neither slows the mount nor cannot
 * be killed.
 */
final class StreamRequests {
  private static final Logger log = LoggerFactory.getLogger(StreamRequests.class);
  private static final int O_NONBLOCK = 04000;

  private final FdBoxFs fs;
  private final Replies replies;
  private final StreamWaiter waiter;
  private final ThreadLocal<Pointer> reply =
      ThreadLocal.withInitial(
          () ->
              Memory.allocateDirect(
                  Runtime.getSystemRuntime(), Protocol.OUT_HEADER + FuseSession.MAX_IO));
  private final ThreadLocal<Pointer> pollfd =
      ThreadLocal.withInitial(() -> Memory.allocateDirect(Runtime.getSystemRuntime(), 8, true));

  StreamRequests(FdBoxFs fs, Replies replies, StreamWaiter waiter) {
    this.fs = fs;
    this.replies = replies;
    this.waiter = waiter;
  }

  /**
   * Serves a request if it is one for a stream.
   *
   * @return whether it was
   */
  boolean serve(int opcode, long unique, Pointer request) {
    Stream stream = fs.content().stream(request.getLong(Protocol.IO_FH));
    if (stream == null) {
      return false;
    }
    try {
      switch (opcode) {
        case Protocol.READ -> read(unique, request, stream);
        case Protocol.WRITE -> write(unique, request, stream);
        default -> poll(unique, request, stream);
      }
    } catch (FsException e) {
      replies.error(unique, e.errno());
    } catch (RuntimeException e) {
      log.error("a stream failed", e);
      replies.error(unique, Errno.EIO);
    }
    return true;
  }

  private void read(long unique, Pointer request, Stream stream) throws FsException {
    int size = Math.min(request.getInt(Protocol.IO_SIZE), FuseSession.MAX_IO);
    Parked parked = Parked.read(unique, request.getInt(Protocol.IN_UID), stream, size);
    finishOrPark(parked, (request.getInt(Protocol.IO_FLAGS) & O_NONBLOCK) != 0);
  }

  private void write(long unique, Pointer request, Stream stream) throws FsException {
    int size = request.getInt(Protocol.IO_SIZE);
    boolean nonBlocking = (request.getInt(Protocol.IO_FLAGS) & O_NONBLOCK) != 0;
    Pointer data = request.slice(Protocol.WRITE_DATA, Math.max(size, 1));
    try {
      replies.written(unique, (int) stream.writeNow(new NativeBuffer(data.address(), size)));
    } catch (FsException e) {
      if (nonBlocking || !e.errno().equals(Errno.EAGAIN)) {
        throw e;
      }
      byte[] kept = new byte[size]; // the request's buffer is needed for the next
      data.get(0, kept, 0, size);
      waiter.park(Parked.write(unique, request.getInt(Protocol.IN_UID), stream, kept));
    }
  }

  private void finishOrPark(Parked parked, boolean nonBlocking) throws FsException {
    try {
      attempt(parked);
    } catch (FsException e) {
      if (nonBlocking || !e.errno().equals(Errno.EAGAIN)) {
        throw e;
      }
      waiter.park(parked);
    }
  }

  /**
   * Does what is asked and answers.
   *
   * @throws FsException {@code EAGAIN} not now, anything else is the answer
   */
  void attempt(Parked parked) throws FsException {
    Pointer buffer = reply.get();
    NativeBuffer room = new NativeBuffer(buffer.address() + Protocol.OUT_HEADER, parked.size());
    byte[] data = parked.data();
    if (data == null) {
      int n = (int) parked.stream().readNow(room);
      replies.data(buffer, parked.unique(), n);
    } else {
      buffer.put(Protocol.OUT_HEADER, data, 0, data.length);
      replies.written(parked.unique(), (int) parked.stream().writeNow(room));
    }
  }

  private void poll(long unique, Pointer request, Stream stream) throws FsException {
    short wanted = (short) request.getInt(Protocol.POLL_EVENTS);
    boolean notify =
        (request.getInt(Protocol.POLL_FLAGS) & Protocol.FUSE_POLL_SCHEDULE_NOTIFY) != 0;
    int ready = readyNow(stream, wanted);
    if (ready == 0 && notify) {
      waiter.watch(
          request.getLong(Protocol.POLL_KERNEL_HANDLE),
          request.getLong(Protocol.IO_FH),
          stream,
          wanted);
    }
    replies.polled(unique, ready);
  }

  private int readyNow(Stream stream, short wanted) throws FsException {
    Pointer fd = pollfd.get();
    fd.putInt(0, stream.number());
    fd.putShort(4, wanted);
    fd.putShort(6, (short) 0);
    Linux.poll(fd, 1, 0);
    return fd.getShort(6);
  }
}
