package org.fdboxfs.fs;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Listing;
import org.fdboxfs.policy.Target;
import org.jspecify.annotations.Nullable;

/** What stands behind the number that the kernel calls a file handle. */
public sealed interface Handle {
  /**
   * An open entry.
   *
   * @param lease owned by the handle, ends with it
   */
  record OpenEntry(Lease lease) implements Handle {}

  /** An open directory. What it held when it was first read, or rewound, is read to its end. */
  final class OpenDirectory implements Handle {
    /** Lists a directory at this moment; null for the control directory. */
    interface Source {
      @Nullable Listing list() throws FsException;
    }

    private final @Nullable Target target;
    private final Source source;
    private final Budget names;
    private @Nullable Listing listing;
    private boolean closed;

    /**
     * Opens a directory.
     *
     * @param target null for the control directory
     */
    OpenDirectory(@Nullable Target target, Source source, Budget names) {
      this.target = target;
      this.source = source;
      this.names = names;
    }

    /** The directory, also after it was removed; null for the control directory. */
    @Nullable Target target() {
      return target;
    }

    /**
     * What is read at an offset.
     *
     * @return null for the control directory
     * @throws FsException {@code ENOENT} removed; {@code ENOMEM} too much is being listed
     */
    synchronized @Nullable Listing at(long offset) throws FsException {
      if (closed) {
        throw new FsException(Errno.EBADF, "the directory is closed");
      }
      if (offset == 0 || listing == null) {
        forget();
        Listing now = source.list();
        names.take(now == null ? 0 : now.size());
        listing = now;
      }
      return listing;
    }

    synchronized void close() {
      closed = true;
      forget();
    }

    private void forget() {
      names.giveBack(listing == null ? 0 : listing.size());
      listing = null;
    }
  }

  /** An open file of the control directory. */
  record OpenControl(ControlFile.Session session) implements Handle {}
}
