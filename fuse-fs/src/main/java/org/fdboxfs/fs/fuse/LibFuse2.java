package org.fdboxfs.fs.fuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.types.size_t;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * The functions of libfuse 2.9 that resolve to the right version by dlsym(3) (fuse_new does not)
 * and give us the session, so that threads of ours can drive it. See fuse_lowlevel.h.
 */
public interface LibFuse2 {
  /** Loads the library; fails with {@link UnsatisfiedLinkError} where it is not installed. */
  static LibFuse2 load() {
    return LibraryLoader.create(LibFuse2.class).load("libfuse.so.2");
  }

  @Nullable Pointer fuse_setup(
      int argc,
      String[] argv,
      FuseOperations operations,
      @size_t long operationsSize,
      Pointer mountpoint,
      Pointer multithreaded,
      @Nullable Pointer userData);

  Pointer fuse_get_session(Pointer fuse);

  Pointer fuse_session_next_chan(Pointer session, @Nullable Pointer channel);

  void fuse_session_remove_chan(Pointer channel);

  void fuse_session_add_chan(Pointer session, Pointer channel);

  Pointer fuse_chan_new(
      ChannelOperations operations, int fd, @size_t long bufferSize, @Nullable Pointer data);

  int fuse_chan_fd(Pointer channel);

  void fuse_session_process(
      Pointer session, @u_int64_t long buffer, @size_t long length, Pointer channel);

  /** Reads a request into a buffer. */
  interface Receive {
    @Delegate
    int receive(Pointer channel, Pointer buffer, @size_t long size);
  }

  /** Sends a reply; 0 or a negated errno. */
  interface Send {
    @Delegate
    int send(Pointer channel, @u_int64_t long vectors, @size_t long count);
  }

  /** The channel goes. */
  interface Destroy {
    @Delegate
    void destroy(Pointer channel);
  }

  /** struct fuse_chan_ops. */
  final class ChannelOperations extends Struct {
    final Function<Receive> receive = function(Receive.class);
    final Function<Send> send = function(Send.class);
    final Function<Destroy> destroy = function(Destroy.class);

    ChannelOperations(Runtime runtime) {
      super(runtime);
    }
  }
}
