package org.fdboxfs.linux;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that are called; see the manual page of each. Public because
 * jnr-ffi implements it from a class loader of its own; {@link Linux}, {@link Tasks} and {@link
 * UnixSockets} are what to use.
 */
public interface LibC {
  LibC INSTANCE = LibraryLoader.create(LibC.class).load("c");

  int open(String path, int flags);

  @IgnoreError
  int close(int fd);

  @ssize_t
  long read(int fd, @u_int64_t long buffer, @size_t long count);

  @ssize_t
  long write(int fd, @u_int64_t long buffer, @size_t long count);

  @ssize_t
  long pread(int fd, @u_int64_t long buffer, @size_t long count, @off_t long offset);

  @ssize_t
  long pwrite(int fd, @u_int64_t long buffer, @size_t long count, @off_t long offset);

  @ssize_t
  long preadv2(int fd, Pointer iov, int count, @off_t long offset, int flags);

  @ssize_t
  long pwritev2(int fd, Pointer iov, int count, @off_t long offset, int flags);

  @ssize_t
  long writev(int fd, @u_int64_t long iov, int count);

  @ssize_t
  long recv(int fd, @u_int64_t long buffer, @size_t long count, int flags);

  @ssize_t
  long send(int fd, @u_int64_t long buffer, @size_t long count, int flags);

  @off_t
  long lseek(int fd, @off_t long offset, int whence);

  int ftruncate(int fd, @off_t long size);

  int fallocate(int fd, int mode, @off_t long offset, @off_t long length);

  int fcntl(int fd, int command, int argument);

  int ioctl(int fd, @u_int64_t long request, Pointer argument);

  int statx(int dirfd, String path, int flags, int mask, Pointer statx);

  @ssize_t
  long readlink(String path, @Out byte[] buffer, @size_t long size);

  int memfd_create(String name, int flags);

  int eventfd(int initial, int flags);

  int poll(Pointer fds, @u_int64_t long count, int timeoutMillis);

  int dup2(int from, int to);

  int getrlimit(int resource, Pointer limit);

  int setrlimit(int resource, Pointer limit);

  Pointer dlsym(@u_int64_t long handle, String symbol);

  int sigaction(int signal, Pointer action, @Nullable Pointer old);

  int umount2(String target, int flags);

  int socket(int domain, int type, int protocol);

  int bind(int fd, Pointer address, int length);

  int connect(int fd, Pointer address, int length);

  int listen(int fd, int backlog);

  int shutdown(int fd, int how);

  int accept4(int fd, @Nullable Pointer address, @Nullable Pointer length, int flags);

  int getsockopt(int fd, int level, int option, Pointer value, Pointer length);

  int setsockopt(int fd, int level, int option, Pointer value, int length);

  int getsockname(int fd, Pointer address, Pointer length);

  int getpeername(int fd, Pointer address, Pointer length);

  @ssize_t
  long recvmsg(int fd, Pointer message, int flags);

  @ssize_t
  long sendmsg(int fd, Pointer message, int flags);

  int epoll_create1(int flags);

  int epoll_ctl(int epoll, int operation, int fd, @Nullable Pointer event);

  int epoll_wait(int epoll, Pointer events, int most, int timeoutMillis);

  int chmod(String path, int mode);

  int fchmod(int fd, int mode);

  int geteuid();

  int getegid();

  long syscall(long number, long a, long b, long c);

  /**
   * With one argument more than the call has: for six of them jnr-ffi generates code that passes
   * the last one wrong.
   */
  long syscall(long number, long a, long b, long c, long d, long e, long unused);
}
