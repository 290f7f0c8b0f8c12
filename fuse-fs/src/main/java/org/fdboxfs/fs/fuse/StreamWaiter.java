package org.fdboxfs.fs.fuse;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.fs.Stream;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
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

  /** Each is a thread of some caller inside a system call, so this is far from any sane use. */
  static final int MAX_PARKED = 65_536;

  /** Before what was ready but had nothing is tried again: an eventfd without room for a value. */
  private static final int RETRY_MILLIS = 10;

  private record Watch(long handle, Stream stream, short events) {}

  private record Waiting(Stream stream, short events, Runnable onReady) {}

  private final WakeUp wakeUp;
  private final Replies replies;
  private volatile boolean stopped;
  private boolean progress;

  @GuardedBy("this")
  private final Map<Long, Parked> parked = new LinkedHashMap<>();

  @GuardedBy("this")
  private final Map<Long, Watch> watches = new HashMap<>();

  /** The request that is being tried, 0 when none. */
  @GuardedBy("this")
  private long trying;

  @GuardedBy("this")
  private boolean tryingInterrupted;

  /** Tries a parked request again. */
  interface Attempt {
    void run(Parked parked) throws FsException;
  }

  private Attempt attempt =
      ignored -> {
        throw new FsException(Errno.EIO, "not started");
      };

  StreamWaiter(WakeUp wakeUp, Replies replies) {
    this.wakeUp = wakeUp;
    this.replies = replies;
  }

  /** Says how parked requests are tried; before the thread starts. */
  void setAttempt(Attempt attempt) {
    this.attempt = attempt;
  }

  /**
   * Takes a request over.
   *
   * @throws FsException {@code ENOMEM} too many wait
   */
  void park(Parked request) throws FsException {
    synchronized (this) {
      if (parked.size() >= MAX_PARKED) {
        throw new FsException(Errno.ENOMEM, "too many requests wait");
      }
      parked.put(request.unique(), request);
    }
    wakeUp.raise();
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
      if (parked.remove(unique) == null) {
        return false;
      }
    }
    replies.error(unique, Errno.EINTR);
    return true;
  }

  /** Wakes the poll of a kernel handle, once, when its stream is ready. */
  void watch(long kernelHandle, long handle, Stream stream, short events) {
    synchronized (this) {
      watches.put(kernelHandle, new Watch(handle, stream, events));
    }
    wakeUp.raise();
  }

  /** Forgets what watches a handle: the number of its descriptor will soon be another's. */
  void forget(long handle) {
    boolean watched;
    synchronized (this) {
      watched = watches.values().removeIf(watch -> watch.handle() == handle);
    }
    if (watched) {
      wakeUp.raise();
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
      progress = true;
      while (!stopped) {
        waitOnce();
      }
    } catch (FsException | RuntimeException e) {
      log.error("nobody waits for streams any more", e);
    }
  }

  private void waitOnce() throws FsException {
    List<Waiting> waiting = collect();
    boolean rest = !progress;
    int count = rest ? 1 : 1 + waiting.size();
    Pointer fds = Memory.allocateDirect(Runtime.getSystemRuntime(), 8L * count);
    put(fds, 0, wakeUp.number(), POLLIN);
    for (int i = 1; i < count; i++) {
      put(fds, i, waiting.get(i - 1).stream().number(), waiting.get(i - 1).events());
    }
    int ready = Linux.poll(fds, count, rest ? RETRY_MILLIS : -1);
    wakeUp.lower();
    progress = ready == 0 || rest || fds.getShort(6) != 0;
    for (int i = 1; i < count; i++) {
      if (fds.getShort(8L * i + 6) != 0) {
        waiting.get(i - 1).onReady().run();
      }
    }
  }

  private static void put(Pointer fds, int index, int fd, short events) {
    fds.putInt(8L * index, fd);
    fds.putShort(8L * index + 4, events);
    fds.putShort(8L * index + 6, (short) 0);
  }

  private synchronized List<Waiting> collect() {
    List<Waiting> waiting = new ArrayList<>(parked.size() + watches.size());
    for (Parked request : parked.values()) {
      waiting.add(new Waiting(request.stream(), request.events(), () -> retry(request)));
    }
    for (Map.Entry<Long, Watch> each : watches.entrySet()) {
      Watch watch = each.getValue();
      waiting.add(new Waiting(watch.stream(), watch.events(), () -> notifyPoll(each.getKey())));
    }
    return waiting;
  }

  /** Takes the request out first, so that an INTERRUPT and this never both answer. */
  private void retry(Parked request) {
    synchronized (this) {
      if (parked.remove(request.unique()) == null) {
        return;
      }
      trying = request.unique();
      tryingInterrupted = false;
    }
    try {
      attempt.run(request);
      progress = true;
    } catch (FsException e) {
      if (e.errno().equals(Errno.EAGAIN)) {
        putBack(request);
      } else {
        progress = true;
        replies.error(request.unique(), e.errno());
      }
    } catch (RuntimeException e) {
      log.error("a stream failed", e);
      replies.error(request.unique(), Errno.EIO);
    } finally {
      synchronized (this) {
        trying = 0;
      }
    }
  }

  /** Parks again, unless an INTERRUPT came while the request was tried. */
  private void putBack(Parked request) {
    synchronized (this) {
      if (!tryingInterrupted) {
        parked.put(request.unique(), request);
        return;
      }
    }
    replies.error(request.unique(), Errno.EINTR);
  }

  private void notifyPoll(long kernelHandle) {
    synchronized (this) {
      watches.remove(kernelHandle);
    }
    progress = true;
    replies.wakePoll(kernelHandle);
  }

  /** Requests that wait at this moment. */
  synchronized int waiting() {
    return parked.size();
  }
}
