package org.fdboxfs.linux;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FdKind.Use;
import org.fdboxfs.model.FsException;

/**
 * Closes what may take long on threads of its own: freeing the pages of memory, the last words of a
 * socket, the flush of a file on a slow filesystem. Whoever lets go serves the mount and has no
 * time for that. Everything else is closed at once, so that it is gone when rm returns.
 */
final class Closer {
  private static final int THREADS = 2;

  /** What waits keeps its number: beyond that many, whoever lets go has to wait instead. */
  private static final int WAITING = 256;

  /** Freeing less takes no longer than waking a thread, in units of 512 bytes. */
  private static final long FEW_BLOCKS = 2048;

  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            Thread thread = new Thread(task, "closer");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.CallerRunsPolicy());

  static {
    POOL.allowCoreThreadTimeOut(true);
  }

  private Closer() {}

  /** Whether close(2) of the last reference may take long, by kind alone. */
  static boolean mayTakeLong(FdKind kind) {
    return kind.use() == Use.MEMORY || kind == FdKind.SOCKET || kind == FdKind.GUEST_MEMFD;
  }

  /**
   * Closes a number of the common table, now or soon; never throws.
   *
   * @param fd consumed
   */
  static void close(int fd, FdKind kind) {
    if (mayTakeLong(kind) && !(isKernelMemory(kind) && isSmall(fd))) {
      POOL.execute(() -> Linux.close(fd));
    } else {
      Linux.close(fd);
    }
  }

  /** Closes a number when it surely is not the last reference to its file. */
  static void closeDuplicate(int fd, FdKind kind) {
    if (kind == FdKind.FILE) { // each close is a flush, see close(2) of network filesystems
      close(fd, kind);
    } else {
      Linux.close(fd);
    }
  }

  private static boolean isKernelMemory(FdKind kind) {
    return kind == FdKind.MEMFD || kind == FdKind.SHMEM;
  }

  private static boolean isSmall(int fd) {
    try {
      return Linux.content(fd).blocks() < FEW_BLOCKS;
    } catch (FsException e) {
      return false;
    }
  }
}
