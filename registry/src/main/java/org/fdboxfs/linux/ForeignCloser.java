package org.fdboxfs.linux;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Supervised;
import org.jspecify.annotations.Nullable;

/**
 * Closes descriptors that users sent. close(2) asks a filesystem to flush, and one that a user
 * serves need not answer, ever; a socket may linger. So each user has a thread for that, and who
 * has too much on it sends no more.
 */
final class ForeignCloser {
  /** How long one close may take before the user has to wait for it. */
  private static final long PATIENCE_NANOS = 1_000_000_000;

  /** Descriptors that wait to be closed, of all users. */
  private static final int MOST = 1536;

  /** Of what is left, a user may have as much as each of so many others. */
  private static final int OTHERS = 2;

  /** Users with a thread at a time. */
  private static final int MOST_USERS = 128;

  /** What waits for a user's thread; what is being closed is the first. */
  private static final class Waiting {
    final Queue<Runnable> closings = new ArrayDeque<>();
    long since = System.nanoTime();
  }

  @GuardedBy("this")
  private final Map<Integer, Waiting> users = new HashMap<>();

  @GuardedBy("this")
  private int total;

  /**
   * Closes a descriptor, now or soon.
   *
   * @param fd consumed
   * @param uid of the sender
   * @param ownDevice of our own mount, whose handles are closed at once
   */
  void close(int fd, int uid, @Nullable String ownDevice) {
    if (mayWait(fd, ownDevice)) {
      close(uid, () -> Linux.close(fd));
    } else {
      Linux.close(fd);
    }
  }

  private static boolean mayWait(int fd, @Nullable String ownDevice) {
    try {
      FileStatus status = Linux.status(fd);
      return switch (status.type()) {
        case REGULAR -> !status.device().equals(ownDevice);
        case SOCKET, CHARACTER, BLOCK -> true;
        default -> false;
      };
    } catch (FsException e) {
      return true;
    }
  }

  /**
   * Closes something of a user's, soon.
   *
   * @param uid who brought it
   */
  synchronized void close(int uid, Runnable closing) {
    Waiting waiting = users.get(uid);
    if (waiting == null) {
      Thread thread = new Thread(() -> closeAll(uid), "closer-" + Integer.toUnsignedString(uid));
      thread.setDaemon(true);
      thread.start();
      waiting = new Waiting();
      users.put(uid, waiting);
    }
    waiting.closings.add(closing);
    total++;
  }

  private void closeAll(int uid) {
    for (Runnable each = next(uid, false); each != null; each = next(uid, true)) {
      Supervised.run(each);
    }
  }

  private synchronized @Nullable Runnable next(int uid, boolean closedOne) {
    Waiting waiting = users.get(uid);
    if (waiting == null) {
      return null;
    }
    if (closedOne) {
      waiting.closings.remove();
      total--;
    }
    if (waiting.closings.isEmpty()) {
      users.remove(uid);
    }
    waiting.since = System.nanoTime();
    return waiting.closings.peek();
  }

  /** Whether anything waits to be closed. */
  synchronized boolean isBusy() {
    return !users.isEmpty();
  }

  /** Whether a user has to wait until what it sent, or what others sent, is closed. */
  synchronized boolean isStuck(int uid) {
    Waiting waiting = users.get(uid);
    if (waiting == null) {
      return total >= MOST || users.size() >= MOST_USERS;
    }
    return waiting.closings.size() >= (MOST - total) / OTHERS
        || System.nanoTime() - waiting.since > PATIENCE_NANOS;
  }
}
