package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.fs.Stream;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Supervised;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that waits for all parked requests and watched polls at once. A parked request belongs
 * to it until it is answered: by what it waited for, or by an INTERRUPT.
 */
final class StreamWaiter implements Runnable {
  static final short POLLIN = 1;
  static final short POLLOUT = 4;
  private static final Logger log = LoggerFactory.getLogger(StreamWaiter.class);

  /** Bytes that parked requests may take, with the data of writes. */
  static final long MOST_BYTES = 64L << 20;

  /** Before what was ready but had nothing is tried again: an eventfd without room for a value. */
  private static final int RETRY_MILLIS = 10;

  private static final long RETRY_NANOS = RETRY_MILLIS * 1_000_000L;
  private static final int FOR_EVER = -1;

  /** What epoll tells when the thread is to look around. */
  private static final long WAKE_UP = 0;

  private final WakeUp wakeUp;
  private final Replies replies;
  private final Epoll epoll;
  private final FairShare memory = new FairShare(MOST_BYTES, 2);
  private volatile boolean stopped;

  @GuardedBy("this")
  private final Map<Integer, Waiting> byNumber = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Waiting> byToken = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Waiting> byRequest = new HashMap<>();

  @GuardedBy("this")
  private final Map<Long, Waiting> byHandle = new HashMap<>();

  @GuardedBy("this")
  private long nextToken = WAKE_UP + 1;

  /** The request that is being tried, 0 when none. */
  @GuardedBy("this")
  private long trying;

  @GuardedBy("this")
  private boolean tryingInterrupted;

  /** Numbers of what was ready and had nothing, and since when; of the thread alone. */
  private final Set<Integer> resting = new LinkedHashSet<>();

  private long restingSince;

  /** Tries a parked request again. */
  interface Attempt {
    void run(Parked parked) throws FsException;
  }

  private Attempt attempt =
      ignored -> {
        throw new FsException(Errno.EIO, "not started");
      };

  /**
   * @param epoll from {@link #prepare}
   */
  StreamWaiter(WakeUp wakeUp, Epoll epoll, Replies replies) {
    this.wakeUp = wakeUp;
    this.epoll = epoll;
    this.replies = replies;
  }

  /**
   * What the thread waits with: all that can fail, before there is a mount.
   *
   * @throws FsException {@code EMFILE}
   */
  static Epoll prepare(WakeUp wakeUp) throws FsException {
    Epoll epoll = Epoll.create();
    epoll.add(wakeUp.number(), Epoll.READABLE, WAKE_UP);
    return epoll;
  }

  /** Says how parked requests are tried; before the thread starts. */
  void setAttempt(Attempt attempt) {
    this.attempt = attempt;
  }

  /**
   * Takes a request over.
   *
   * @throws FsException {@code ENOMEM} too much waits, of this user or of all
   */
  void park(Parked request) throws FsException {
    if (!memory.take(request.uid(), request.uid() == 0, request.cost())) {
      throw new FsException(Errno.ENOMEM, "too many requests wait, of this user or of all");
    }
    boolean parked = false;
    try {
      synchronized (this) {
        Waiting waiting = waitingFor(request.stream().number());
        waiting.park(request);
        byRequest.put(request.unique(), waiting);
        waiting.arm();
      }
      parked = true;
    } finally {
      if (!parked) {
        unpark(request.unique());
      }
    }
  }

  @GuardedBy("this")
  private Waiting waitingFor(int number) {
    Waiting known = byNumber.get(number);
    if (known != null) {
      return known;
    }
    Waiting waiting = new Waiting(epoll, number, nextToken++);
    byNumber.put(number, waiting);
    byToken.put(waiting.token(), waiting);
    return waiting;
  }

  @GuardedBy("this")
  private void dropIfEmpty(Waiting waiting) {
    if (waiting.isEmpty() && byToken.remove(waiting.token()) != null) {
      byNumber.remove(waiting.number());
      waiting.disarm();
    }
  }

  /** Takes a request out; false when it was not parked. */
  private boolean unpark(long unique) {
    Parked request;
    synchronized (this) {
      Waiting waiting = byRequest.remove(unique);
      request = waiting == null ? null : waiting.unpark(unique);
      if (waiting != null) {
        dropIfEmpty(waiting);
      }
    }
    if (request != null) {
      memory.giveBack(request.uid(), request.cost());
    }
    return request != null;
  }

  /**
   * Answers a parked request with {@code EINTR}, if it is still parked.
   *
   * @return whether it was
   */
  boolean interrupt(long unique) {
    synchronized (this) {
      if (unique == trying) {
        tryingInterrupted = true;
        return true;
      }
    }
    boolean parked = unpark(unique);
    if (parked) {
      replies.error(unique, Errno.EINTR);
    }
    return parked;
  }

  /**
   * Wakes the poll of a kernel handle, once, when its stream is ready.
   *
   * @throws FsException {@code ENOMEM} the kernel waits for too much already
   */
  void watch(long kernelHandle, long handle, Stream stream, short events) throws FsException {
    boolean watched = false;
    try {
      synchronized (this) {
        Waiting waiting = waitingFor(stream.number());
        waiting.watch(handle, kernelHandle, events);
        byHandle.put(handle, waiting);
        waiting.arm();
      }
      watched = true;
    } finally {
      if (!watched) {
        forget(handle);
      }
    }
  }

  /** Forgets what watches a handle: the number of its descriptor will soon be another's. */
  synchronized void forget(long handle) {
    Waiting waiting = byHandle.remove(handle);
    if (waiting != null) {
      waiting.unwatch(handle);
      dropIfEmpty(waiting);
    }
  }

  /** Ends the thread; what is parked stays unanswered, the connection is gone. */
  void stop() {
    stopped = true;
    wakeUp.raise();
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        long token = epoll.await(resting.isEmpty() ? FOR_EVER : RETRY_MILLIS);
        Supervised.run(() -> ready(token));
      }
    } catch (FsException e) {
      log.error("nobody waits for streams any more: {}", e.getMessage());
    }
  }

  private void ready(long token) {
    if (!resting.isEmpty() && System.nanoTime() - restingSince >= RETRY_NANOS) {
      List<Integer> rested = new ArrayList<>(resting);
      resting.clear();
      rested.forEach(this::waitAgain);
    }
    if (token == WAKE_UP) {
      wakeUp.lower();
    } else if (token != Epoll.NOTHING) {
      serve(token);
    }
  }

  private void serve(long token) {
    List<Long> polls;
    List<Parked> requests;
    int number;
    synchronized (this) {
      Waiting waiting = byToken.get(token);
      if (waiting == null) {
        return;
      }
      number = waiting.number();
      requests = waiting.parked();
      waiting.watched().forEach(byHandle::remove);
      polls = waiting.endWatches();
      dropIfEmpty(waiting);
    }
    polls.forEach(replies::wakePoll);
    if (retryAll(requests) || !polls.isEmpty()) {
      waitAgain(number);
    } else {
      rest(number);
    }
  }

  /** Whether any of them is answered. */
  private boolean retryAll(List<Parked> requests) {
    boolean progress = false;
    boolean dry = false;
    for (Parked request : requests) {
      // What one reader finds empty is so for all; of writes, some need less room than others.
      if (!dry || !request.isRead()) {
        boolean answered = retry(request);
        progress |= answered;
        dry |= !answered && request.isRead();
      }
    }
    return progress;
  }

  private void waitAgain(int number) {
    List<Parked> left = List.of();
    Errno refusal = Errno.EIO;
    synchronized (this) {
      Waiting waiting = byNumber.get(number);
      try {
        if (waiting != null) {
          waiting.arm();
        }
      } catch (FsException e) {
        left = waiting.parked();
        refusal = e.errno();
      }
    }
    for (Parked request : left) {
      if (unpark(request.unique())) {
        replies.error(request.unique(), refusal);
      }
    }
  }

  private void rest(int number) {
    if (resting.isEmpty()) {
      restingSince = System.nanoTime();
    }
    resting.add(number);
  }

  /**
   * Takes the request out first, so that an INTERRUPT and this never both answer, and that nobody
   * waits for a number when the answer lets its descriptor be closed.
   *
   * @return false when it has to wait on
   */
  private boolean retry(Parked request) {
    if (!begin(request.unique())) {
      return true;
    }
    boolean waitsOn = false;
    Errno errno = Errno.EIO;
    try {
      errno = attempted(request);
      waitsOn = Errno.EAGAIN.equals(errno) && parkAgain(request);
    } finally {
      if (!waitsOn) {
        end(request, errno);
      }
    }
    return !waitsOn;
  }

  /** What an attempt came to; null when it has answered. */
  private @Nullable Errno attempted(Parked request) {
    try {
      attempt.run(request);
      return null;
    } catch (FsException e) {
      return e.errno();
    } catch (RuntimeException | Error e) {
      log.error("a stream failed", e);
      return Errno.EIO;
    }
  }

  private void end(Parked request, @Nullable Errno errno) {
    synchronized (this) {
      trying = 0;
    }
    memory.giveBack(request.uid(), request.cost());
    if (errno != null) {
      replies.error(request.unique(), errno.equals(Errno.EAGAIN) ? Errno.EINTR : errno);
    }
  }

  /** Takes a request out that is going to be tried; false when it is not parked any more. */
  private synchronized boolean begin(long unique) {
    Waiting waiting = byRequest.remove(unique);
    if (waiting == null) {
      return false;
    }
    waiting.unpark(unique);
    dropIfEmpty(waiting);
    trying = unique;
    tryingInterrupted = false;
    return true;
  }

  /** Parks what had nothing yet; false when an INTERRUPT has come since {@link #begin}. */
  private synchronized boolean parkAgain(Parked request) {
    trying = 0;
    if (tryingInterrupted) {
      return false;
    }
    Waiting waiting = waitingFor(request.stream().number());
    waiting.park(request);
    byRequest.put(request.unique(), waiting);
    return true;
  }
}
