package org.fdboxfs.fs;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** Open handles by number; numbers start at 1 and are never used again. */
public final class HandleTable {
  /**
   * The ioctl(2) by which we ask, on a handle that somebody sent us, which of ours it is: an {@code
   * _IOR} of 8 bytes. Nobody else gets an answer.
   */
  public static final long IDENTIFY = 0x8008fd01L;

  private final ConcurrentHashMap<Long, Handle> handles = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong(1);

  long add(Handle handle) {
    long number = next.getAndIncrement();
    handles.put(number, handle);
    return number;
  }

  /** The handle, or null when the number is of none. */
  public @Nullable Handle find(long number) {
    return handles.get(number);
  }

  @Nullable Handle remove(long number) {
    return handles.remove(number);
  }

  /**
   * The open entry behind a number.
   *
   * @throws FsException {@code EBADF} when it is none
   */
  public Handle.OpenEntry entry(long number) throws FsException {
    if (handles.get(number) instanceof Handle.OpenEntry entry) {
      return entry;
    }
    throw new FsException(Errno.EBADF, "not an open entry");
  }

  /** Open handles at this moment. */
  int size() {
    return handles.size();
  }
}
