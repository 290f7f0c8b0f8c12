package org.fdboxfs.fs.fuse;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells the kernel that names are gone, on threads of its own: it lets us wait for the lock of the
 * directory, which a user can hold for as long as he likes. Whoever tells waits for a moment only.
 * What the kernel was not told by then, it forgets by itself within a second.
 */
final class NameNotices {
  private static final int THREADS = 8;
  private static final int MOMENT_MILLIS = 100;

  /** Directories whose lock is held by others for longer than a moment. */
  private final Set<Long> late = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "notices");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Sends a notice, if it can be done in a moment.
   *
   * @param directory that it is about
   */
  void send(long directory, Runnable notice) {
    if (late.contains(directory)) {
      return;
    }
    try {
      await(
          directory,
          threads.submit(
              () -> {
                notice.run();
                late.remove(directory);
              }));
    } catch (RejectedExecutionException e) {
      return; // as many directories are held
    }
  }

  private void await(long directory, Future<?> sent) {
    try {
      sent.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      late.add(directory);
      if (sent.isDone()) {
        late.remove(directory);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a notice failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
