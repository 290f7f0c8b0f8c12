package org.fdboxfs.linux;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** Waits, on a thread of its own, for descriptors whose other side hangs up or that fail. */
final class HangupWatch {
  private static final Map<Integer, Runnable> WATCHED = new ConcurrentHashMap<>();

  /** Made when the first is watched. */
  private static final class Waiting {
    static final Epoll EPOLL = start();

    private static Epoll start() {
      try {
        Epoll epoll = Epoll.create();
        Thread thread = new Thread(() -> waitOn(epoll), "hang-ups");
        thread.setDaemon(true);
        thread.start();
        return epoll;
      } catch (FsException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  private HangupWatch() {}

  /**
   * Watches a number until it hangs up, or {@link #forget}. What cannot be polled, such as memory,
   * never does.
   *
   * @param fd open until then
   * @param told once, on the thread of the watch
   * @throws FsException errno of epoll_ctl(2)
   */
  static void add(int fd, Runnable told) throws FsException {
    WATCHED.put(fd, told);
    try {
      Waiting.EPOLL.add(fd, Epoll.ONCE, fd); // hang-ups and errors are told without being asked for
    } catch (FsException e) {
      WATCHED.remove(fd);
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
    }
  }

  /** To be called before a watched number is closed: others may keep the file open. */
  static void forget(int fd) {
    if (WATCHED.remove(fd) != null) {
      Waiting.EPOLL.remove(fd);
    }
  }

  private static void waitOn(Epoll epoll) {
    while (true) {
      try {
        Runnable told = WATCHED.get((int) epoll.await());
        if (told != null) {
          told.run();
        }
      } catch (FsException e) {
        throw new IllegalStateException("waiting failed", e);
      }
    }
  }
}
