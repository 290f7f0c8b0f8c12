package org.fdboxfs.fs;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** Open handles by number; numbers start at 1 and are never used again. */
public final class HandleTable {
  /**
   * The ioctl(2) by which we ask, on a handle that somebody sent us, which of ours it is: an {@code
   * _IOR} of 8 bytes. Nobody else gets an answer.
   */
  public static final long IDENTIFY = 0x8008fd01L;

  /** Handles that claim nothing, such as those of directories: of all users. */
  static final int MOST_WITHOUT_CLAIM = 32_768;

  private final ConcurrentHashMap<Long, Handle> handles = new ConcurrentHashMap<>();

  /** Who opened what claims nothing; claims are counted by the guard. */
  private final ConcurrentHashMap<Long, Integer> openers = new ConcurrentHashMap<>();

  private final FairShare withoutClaim = new FairShare(MOST_WITHOUT_CLAIM, 4);
  private final AtomicLong next = new AtomicLong(1);

  long add(Handle.OpenEntry handle) {
    long number = next.getAndIncrement();
    handles.put(number, handle);
    return number;
  }

  /** Makes a handle that claims nothing. */
  interface Opening {
    Handle open() throws FsException;
  }

  /**
   * Adds a handle that claims nothing, if its opener may have one more.
   *
   * @throws FsException {@code ENFILE} too many of those are open; what {@code opening} throws
   */
  long add(Caller opener, Opening opening) throws FsException {
    int uid = opener.uid();
    if (!withoutClaim.take(uid, opener.isRoot(), 1)) {
      throw new FsException(
          Errno.ENFILE,
          "too many directories and control files are open, by this user or by all together");
    }
    boolean added = false;
    try {
      Handle handle = opening.open();
      long number = next.getAndIncrement();
      openers.put(number, uid);
      handles.put(number, handle);
      added = true;
      return number;
    } finally {
      if (!added) {
        withoutClaim.giveBack(uid, 1);
      }
    }
  }

  /** The handle, or null when the number is of none. */
  public @Nullable Handle find(long number) {
    return handles.get(number);
  }

  @Nullable Handle remove(long number) {
    Handle removed = handles.remove(number);
    Integer opener = removed instanceof Handle.OpenEntry ? null : openers.remove(number);
    if (opener != null) {
      withoutClaim.giveBack(opener, 1);
    }
    return removed;
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
