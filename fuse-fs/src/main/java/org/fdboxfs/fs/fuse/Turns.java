package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * Who of those whose requests take long has threads of the session. Nobody has more than are left
 * for others, so that there is one to read what comes next; other requests of a user wait until one
 * of its own, or another's, is done.
 *
 * @param <R> a request that can be kept
 */
final class Turns<R> {
  /** Bytes of requests that wait. */
  static final long MOST_BYTES = 16L << 20;

  /** What one takes of the daemon's memory beside its own bytes, rounded up. */
  private static final int OWN_BYTES = 256;

  /** A request whose turn has come; {@link #end} is to be called for it. */
  record Turn<R>(int uid, R request) {}

  /** A request that may have to wait. */
  interface Request<R> {
    int bytes();

    /** What can be kept of it. */
    R copy();
  }

  private record Postponed<R>(R request, int bytes) {}

  private final FairShare threads;
  private final FairShare memory = new FairShare(MOST_BYTES, 2);

  /** What waits, by user; the user who was served last is the last. */
  @GuardedBy("this")
  private final Map<Integer, ArrayDeque<Postponed<R>>> waiting = new LinkedHashMap<>();

  @GuardedBy("this")
  private int running;

  /**
   * @param threads that serve; with only one, everybody has it in turn
   */
  Turns(int threads) {
    this.threads = new FairShare(threads, 1);
  }

  /**
   * Begins a request, or keeps it for later.
   *
   * @return whether it may be served now; then {@link #end} is to be called
   * @throws FsException {@code ENOMEM} too much waits, of this user or of all
   */
  synchronized boolean begin(int uid, Request<R> request) throws FsException {
    if (!waiting.containsKey(uid) && isAdmitted(uid)) {
      return true;
    }
    int bytes = OWN_BYTES + request.bytes();
    if (!memory.take(uid, uid == 0, bytes)) {
      throw new FsException(Errno.ENOMEM, "too many requests wait, of this user or of all");
    }
    boolean kept = false;
    try {
      Postponed<R> postponed = new Postponed<>(request.copy(), bytes);
      waiting.computeIfAbsent(uid, ignored -> new ArrayDeque<>()).add(postponed);
      kept = true;
    } finally {
      if (!kept) {
        memory.giveBack(uid, bytes);
      }
    }
    return false;
  }

  /** Counts one more, if that is fair. */
  @GuardedBy("this")
  private boolean isAdmitted(int uid) {
    if (running > 0 && !threads.take(uid, false, 1)) {
      return false;
    }
    if (running == 0) {
      threads.take(uid, true, 1);
    }
    running++;
    return true;
  }

  /**
   * A request of a user is done; returns the next whose turn it is, or null. Who has the fewest
   * threads comes first, and among those who was served longest ago: then one thread that is let go
   * never leaves more than one more request that could be served, which is returned.
   */
  synchronized @Nullable Turn<R> end(int uid) {
    threads.giveBack(uid, 1);
    running--;
    List<Integer> users = new ArrayList<>(waiting.keySet());
    users.sort(Comparator.comparingLong(threads::of)); // a stable one
    for (int user : users) {
      if (isAdmitted(user)) {
        return next(user);
      }
    }
    return null;
  }

  @GuardedBy("this")
  private Turn<R> next(int uid) {
    ArrayDeque<Postponed<R>> queue = Objects.requireNonNull(waiting.remove(uid));
    Postponed<R> first = queue.remove();
    memory.giveBack(uid, first.bytes());
    if (!queue.isEmpty()) {
      waiting.put(uid, queue);
    }
    return new Turn<>(uid, first.request());
  }

  /** Requests that wait. */
  synchronized int postponed() {
    return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
  }
}
