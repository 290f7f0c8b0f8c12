package org.fdboxfs.linux;

import java.lang.ref.Reference;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;

/**
 * Adds to the counter of an eventfd. It is the one stream whose write the kernel cannot be asked to
 * refuse instead of blocking (no RWF_NOWAIT), and it blocks when the counter has no room. So the
 * room is looked at first; for who fills the counter in between, the write is made on a thread of a
 * small pool that may stay behind, never on one that serves the mount.
 */
final class EventfdWriter {
  private static final int VALUE_BYTES = 8;
  private static final int MAX_STUCK = 16;
  private static final long PATIENCE_MILLIS = 50;
  private static final long MAX_COUNT = -2; // 0xfffffffffffffffe, see eventfd(2)

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          0,
          MAX_STUCK,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "eventfd-write");
            thread.setDaemon(true);
            return thread;
          });

  private EventfdWriter() {}

  /**
   * Writes one value.
   *
   * @throws FsException {@code EINVAL} fewer than 8 bytes or the value that eventfd(2) excludes;
   *     {@code EAGAIN} no room; {@code EIO} the room was taken in between and it hangs
   */
  static long write(int fd, NativeBuffer from) throws FsException {
    if (from.length() < VALUE_BYTES) {
      throw new FsException(Errno.EINVAL, "an eventfd takes 8 bytes");
    }
    long value = Pointer.wrap(Runtime.getSystemRuntime(), from.address()).getLong(0);
    if (value == -1) {
      throw new FsException(Errno.EINVAL, "not a value of an eventfd");
    }
    if (Long.compareUnsigned(value, MAX_COUNT - count(fd)) > 0) {
      throw new FsException(Errno.EAGAIN, "the counter has no room");
    }
    try {
      Future<Long> written = POOL.submit(() -> writeValue(fd, value));
      return written.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FsException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (RejectedExecutionException | TimeoutException e) {
      throw new FsException(Errno.EIO, "the eventfd was filled while it was written");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FsException(Errno.EINTR, "interrupted");
    }
  }

  private static long writeValue(int fd, long value) throws FsException {
    Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), VALUE_BYTES);
    memory.putLong(0, value);
    try {
      return Linux.write(fd, new NativeBuffer(memory.address(), VALUE_BYTES));
    } finally {
      Reference.reachabilityFence(memory); // its address keeps nothing
    }
  }

  private static long count(int fd) throws FsException {
    for (String line : Linux.readFile("/proc/self/fdinfo/" + fd).split("\n", -1)) {
      if (line.startsWith("eventfd-count:")) {
        return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).trim(), 16);
      }
    }
    throw new FsException(Errno.EIO, "the kernel does not tell the counter");
  }
}
