package org.fdboxfs.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
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
 * room is looked at first; for who fills the counter in between, the write is made on a thread that
 * a signal gets out of it.
 */
final class EventfdWriter {
  private static final int VALUE_BYTES = 8;
  private static final int MAX_THREADS = 16;
  private static final long PATIENCE_MILLIS = 1;
  private static final long MAX_COUNT = -2; // 0xfffffffffffffffe, see eventfd(2)

  /** A real-time signal that neither the C library nor the JVM uses. */
  private static final int SIGNAL = 41;

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          0,
          MAX_THREADS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "eventfd-write");
            thread.setDaemon(true);
            return thread;
          });

  private static boolean prepared;

  private EventfdWriter() {}

  /**
   * Writes one value.
   *
   * @throws FsException {@code EINVAL} fewer than 8 bytes or the value that eventfd(2) excludes;
   *     {@code EAGAIN} no room
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
    prepare();
    Write write = new Write(fd, value);
    FutureTask<Long> written = new FutureTask<>(write);
    try {
      POOL.execute(written);
    } catch (RejectedExecutionException e) {
      throw new FsException(Errno.EAGAIN, "too many are written at this moment");
    }
    return await(write, written);
  }

  private static synchronized void prepare() throws FsException {
    if (!prepared) {
      Tasks.makeInterrupting(SIGNAL);
      prepared = true;
    }
  }

  /**
   * A signal that comes before the thread is in the call has no effect: it is sent until one has.
   */
  private static long await(Write write, Future<Long> written) throws FsException {
    while (true) {
      try {
        return written.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        write.interrupt();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof FsException refused) {
          throw refused.errno().equals(Errno.EINTR)
              ? new FsException(Errno.EAGAIN, "the room was taken meanwhile")
              : refused;
        }
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FsException(Errno.EINTR, "interrupted");
      }
    }
  }

  /** The write itself, on a thread of the pool. */
  private static final class Write implements Callable<Long> {
    private final int fd;
    private final long value;
    private volatile int thread;

    Write(int fd, long value) {
      this.fd = fd;
      this.value = value;
    }

    @Override
    public Long call() throws FsException {
      Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), VALUE_BYTES);
      memory.putLong(0, value);
      thread = Tasks.threadId();
      try {
        return Linux.write(fd, new NativeBuffer(memory.address(), VALUE_BYTES));
      } finally {
        thread = 0;
        memory.putLong(0, 0); // reachable until here: the kernel has read it
      }
    }

    void interrupt() {
      int waiting = thread;
      if (waiting != 0) {
        Tasks.interrupt(waiting, SIGNAL);
      }
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
