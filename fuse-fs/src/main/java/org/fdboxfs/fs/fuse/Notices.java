package org.fdboxfs.fs.fuse;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the kernel of names that are gone, on threads of its own: it takes the lock of the
 * directory for that, and whoever reads the directory into memory whose pages do not come (a file
 * of another FUSE server, say) holds that lock for as long as it likes. The kernel forgets a name
 * by itself after a second, so that what cannot be told is no harm.
 */
final class Notices {
  private static final Logger log = LoggerFactory.getLogger(Notices.class);

  /** Beyond that many, all stuck, nothing is told. */
  static final int THREADS = 8;

  private static final long PATIENCE_MILLIS = 100;

  private final ThreadPoolExecutor pool =
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

  /** Tells something; returns when it is told, or cannot be told soon. */
  void tell(Runnable notice) {
    try {
      Future<?> told = pool.submit(notice);
      told.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException | TimeoutException e) {
      log.debug("the kernel is not told soon of a name that is gone");
    } catch (ExecutionException e) {
      log.error("telling the kernel failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
