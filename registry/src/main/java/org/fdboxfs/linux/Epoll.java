package org.fdboxfs.linux;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** Waits for any of many descriptors, as epoll(7); several threads may wait at a time. */
public final class Epoll {
  public static final int READABLE = 1;
  public static final int WRITABLE = 4;

  /** After one event nothing more is told until {@link #modify} (EPOLLONESHOT). */
  public static final int ONCE = 1 << 30;

  /** No token. */
  public static final long NOTHING = -1;

  private static final LibC C = LibC.INSTANCE;
  private static final int CLOEXEC = 02000000;
  private static final int CTL_ADD = 1;
  private static final int CTL_DEL = 2;
  private static final int CTL_MOD = 3;

  /** struct epoll_event is packed on x86-64 only. */
  private static final int TOKEN = System.getProperty("os.arch", "").equals("amd64") ? 4 : 8;

  private static final ThreadLocal<Pointer> EVENT =
      ThreadLocal.withInitial(() -> Memory.allocateDirect(Runtime.getSystemRuntime(), 16, true));

  private final int fd;

  private Epoll(int fd) {
    this.fd = fd;
  }

  /** Lives as long as the process. */
  public static Epoll create() throws FsException {
    return new Epoll(Linux.check(C.epoll_create1(CLOEXEC), "epoll_create1"));
  }

  /**
   * Waits for one more descriptor, which leaves by being closed everywhere.
   *
   * @param events of those above; errors and hang-ups are told in any case
   * @param token what {@link #await} returns
   */
  public void add(int watched, int events, long token) throws FsException {
    control(CTL_ADD, watched, events, token);
  }

  public void modify(int watched, int events, long token) throws FsException {
    control(CTL_MOD, watched, events, token);
  }

  private void control(int operation, int watched, int events, long token) throws FsException {
    Pointer event = EVENT.get();
    event.putInt(0, events);
    event.putLong(TOKEN, token);
    Linux.check(C.epoll_ctl(fd, operation, watched, event), "epoll_ctl");
  }

  /** Forgets a descriptor; harmless when it is not waited for. */
  public void remove(int watched) {
    C.epoll_ctl(fd, CTL_DEL, watched, null);
  }

  /** Waits until something happens to a descriptor, and returns its token. */
  public long await() throws FsException {
    long token = NOTHING;
    while (token == NOTHING) {
      token = await(-1);
    }
    return token;
  }

  /**
   * Waits until something happens to a descriptor, but no longer than that.
   *
   * @param timeoutMillis -1 for ever
   * @return its token, or {@link #NOTHING}, also when a signal came
   */
  public long await(int timeoutMillis) throws FsException {
    Pointer event = EVENT.get();
    try {
      int ready = Linux.check(C.epoll_wait(fd, event, 1, timeoutMillis), "epoll_wait");
      return ready > 0 ? event.getLong(TOKEN) : NOTHING;
    } catch (FsException e) {
      if (!e.errno().equals(Errno.EINTR)) {
        throw e;
      }
      return NOTHING;
    }
  }
}
