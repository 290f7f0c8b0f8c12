package org.fdboxfs.chardev;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libfuse 2.9 that make a character device and answer its requests; see
 * cuse_lowlevel.h and fuse_lowlevel.h. The loop is ours, so that one thread serves all devices.
 */
public interface LibCuse {
  /** Loads the library; fails with {@link UnsatisfiedLinkError} where it is not installed. */
  static LibCuse load() {
    return LibraryLoader.create(LibCuse.class).load("libfuse.so.2");
  }

  /** Copies what it is given; the functions behind the operations must stay reachable. */
  @Nullable Pointer cuse_lowlevel_new(
      @Nullable Pointer arguments, Pointer info, Pointer operations, @Nullable Pointer userData);

  /** The channel owns the descriptor from then on. */
  @Nullable Pointer fuse_kern_chan_new(int fd);

  void fuse_session_add_chan(Pointer session, Pointer channel);

  void fuse_session_process(
      Pointer session, @u_int64_t long buffer, @size_t long length, Pointer channel);

  /** Destroys the channel as well, which closes its descriptor. */
  void fuse_session_destroy(Pointer session);

  /** Where a struct fuse_ctx is: uid, gid and thread of the caller, 4 bytes each. */
  Pointer fuse_req_ctx(Pointer request);

  int fuse_reply_err(Pointer request, int errno);

  int fuse_reply_ioctl(Pointer request, int result, @Nullable Pointer buffer, @size_t long size);

  /** Makes the kernel send the request again, with what is where the vectors say. */
  int fuse_reply_ioctl_retry(
      Pointer request,
      Pointer in,
      @size_t long inCount,
      @Nullable Pointer out,
      @size_t long outCount);

  /** An ioctl(2) of somebody. */
  interface Ioctl {
    @Delegate
    void ioctl(
        Pointer request,
        int command,
        @u_int64_t long argument,
        Pointer file,
        int flags,
        @Nullable Pointer in,
        @size_t long inSize,
        @size_t long outSize);
  }

  /** A read(2) of somebody. */
  interface Read {
    @Delegate
    void read(Pointer request, @size_t long size, @off_t long offset, Pointer file);
  }

  /** A write(2) of somebody. */
  interface Write {
    @Delegate
    void write(Pointer request, Pointer bytes, @size_t long size, @off_t long offset, Pointer file);
  }
}
