package org.fdboxfs.linux;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import org.jspecify.annotations.Nullable;

/** What makes descriptors of kinds that fdboxfs itself never makes. */
public interface MoreC {
  MoreC INSTANCE = LibraryLoader.create(MoreC.class).load("c");

  int pipe2(@Out int[] ends, int flags);

  int socketpair(int domain, int type, int protocol, @Out int[] ends);

  int eventfd(int initial, int flags);

  int timerfd_create(int clock, int flags);

  int timerfd_settime(int fd, int flags, Pointer time, Pointer old);

  int signalfd(int fd, Pointer mask, int flags);

  int epoll_create1(int flags);

  int inotify_init1(int flags);

  int gettid();

  int mkfifo(String path, int mode);

  @ssize_t
  long splice(
      int from,
      @Nullable Pointer fromAt,
      int to,
      @Nullable Pointer toAt,
      @size_t long n,
      int flags);
}
