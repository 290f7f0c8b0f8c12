package org.fdboxfs.linux;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Supervised;

/** Waits, on a thread of its own, for descriptors whose other side hangs up or that fail. */
final class HangupWatch {
  /** Who is told, by a token: the number of a descriptor may be another's by then. */
  private static final Map<Long, Runnable> WATCHED = new ConcurrentHashMap<>();

  private static final AtomicLong NEXT = new AtomicLong(1);

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
   * @return what {@link #forget} wants
   * @throws FsException errno of epoll_ctl(2)
   */
  static long add(int fd, Runnable told) throws FsException {
    long token = NEXT.getAndIncrement();
    WATCHED.put(token, told);
    try {
      // Hang-ups and errors are told without being asked for.
      Waiting.EPOLL.add(fd, Epoll.ONCE, token);
    } catch (FsException e) {
      WATCHED.remove(token);
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
    }
    return token;
  }

  /**
   * To be called before a watched number is closed: others may keep the file open.
   *
   * @param token from {@link #add}
   */
  static void forget(int fd, long token) {
    if (WATCHED.remove(token) != null) {
      Waiting.EPOLL.remove(fd);
    }
  }

  private static void waitOn(Epoll epoll) {
    try {
      while (true) {
        Runnable told = WATCHED.get(epoll.await());
        if (told != null) {
          Supervised.run(told);
        }
      }
    } catch (FsException e) {
      throw new IllegalStateException("waiting failed", e);
    }
  }
}
