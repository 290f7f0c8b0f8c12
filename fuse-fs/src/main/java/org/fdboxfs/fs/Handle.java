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

  /** An open directory: what it held when it was opened, or rewound. */
  final class OpenDirectory implements Handle {
    private final String path;
    private @Nullable Listing listing;
    private boolean read;

    /**
     * Opens a directory.
     *
     * @param listing null for the control directory, whose files are always the same
     */
    OpenDirectory(String path, @Nullable Listing listing) {
      this.path = path;
      this.listing = listing;
    }

    String path() {
      return path;
    }

    synchronized void refresh(Listing now) {
      listing = now;
    }

    /** The directory itself, also when it was removed; never that of control files. */
    Target target() throws FsException {
      Listing listed = listing();
      if (listed == null) {
        throw new FsException(Errno.EPERM, "the control directory does not change");
      }
      return listed;
    }

    /** True once: what was listed at the open is fresh enough for the first read. */
    synchronized boolean firstRead() {
      boolean first = !read;
      read = true;
      return first;
    }

    /** Null for the control directory. */
    public synchronized @Nullable Listing listing() {
      return listing;
    }
  }

  /** An open file of the control directory. */
  record OpenControl(ControlFile.Session session) implements Handle {}
}
