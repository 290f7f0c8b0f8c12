package org.fdboxfs.fs.fuse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fdboxfs.linux.Epoll;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for one descriptor: requests and polls. Under the lock of {@link StreamWaiter}.
 */
final class Waiting {
  /** Those of the events of poll(2) that epoll(7) knows as well. */
  private static final int EVENTS = 0x7fff;

  /** A poll(2) that wants to be told, once; by the kernel's number of its handle. */
  private record Watch(long kernelHandle, short events) {}

  private final Epoll epoll;
  private final int number;
  private final long token;
  private final Map<Long, Parked> parked = new LinkedHashMap<>();
  private final Map<Long, Watch> watches = new LinkedHashMap<>();
  private boolean registered;

  /**
   * Nobody waits yet.
   *
   * @param number of the descriptor, open as long as somebody waits
   * @param token what epoll(7) tells when it is ready
   */
  Waiting(Epoll epoll, int number, long token) {
    this.epoll = epoll;
    this.number = number;
    this.token = token;
  }

  int number() {
    return number;
  }

  long token() {
    return token;
  }

  boolean isEmpty() {
    return parked.isEmpty() && watches.isEmpty();
  }

  void park(Parked request) {
    parked.put(request.unique(), request);
  }

  /** Those that wait, the oldest first. */
  List<Parked> parked() {
    return new ArrayList<>(parked.values());
  }

  boolean isParked(long unique) {
    return parked.containsKey(unique);
  }

  @Nullable Parked unpark(long unique) {
    return parked.remove(unique);
  }

  void watch(long handle, long kernelHandle, short events) {
    watches.put(handle, new Watch(kernelHandle, events));
  }

  void unwatch(long handle) {
    watches.remove(handle);
  }

  /** The handles that are watched. */
  List<Long> watched() {
    return new ArrayList<>(watches.keySet());
  }

  /** Ends all watches; returns the kernel's numbers of their handles. */
  List<Long> endWatches() {
    List<Long> told = watches.values().stream().map(Watch::kernelHandle).toList();
    watches.clear();
    return told;
  }

  /**
   * Asks to be told, once, of what anybody waits for; there must be somebody.
   *
   * @throws FsException {@code ENOMEM} the kernel waits for too much already
   */
  void arm() throws FsException {
    int events = 0;
    for (Parked request : parked.values()) {
      events |= request.events();
    }
    for (Watch watch : watches.values()) {
      events |= watch.events() & EVENTS;
    }
    try {
      if (registered) {
        epoll.modify(number, events | Epoll.ONCE, token);
      } else {
        epoll.add(number, events | Epoll.ONCE, token);
        registered = true;
      }
    } catch (FsException e) {
      throw new FsException(Errno.ENOMEM, "this cannot be waited for: " + e.getMessage());
    }
  }

  /** Nobody waits any more: the number may soon be another descriptor's. */
  void disarm() {
    if (registered) {
      epoll.remove(number);
    }
  }
}
