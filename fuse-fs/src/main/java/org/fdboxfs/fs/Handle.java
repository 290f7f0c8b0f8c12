package org.fdboxfs.fs;

import java.util.List;
import org.fdboxfs.model.Caller;
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
    private final String controlPath;
    private final Source source;
    private final Budget names;
    private final Caller opener;
    private @Nullable Listing listing;
    private List<Lease> members = List.of();
    private boolean closed;

    /**
     * Opens a directory.
     *
     * @param target null in the control directory
     * @param path that was opened
     * @param names what a listing is taken from, in the name of the opener
     */
    OpenDirectory(
        @Nullable Target target, String path, Source source, Budget names, Caller opener) {
      this.target = target;
      this.controlPath = target == null ? path : "";
      this.source = source;
      this.names = names;
      this.opener = opener;
    }

    /** Where it is in the control directory; empty elsewhere. */
    String controlPath() {
      return controlPath;
    }

    /** The directory, also after it was removed; null in the control directory. */
    public @Nullable Target target() {
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
        names.take(opener, now == null ? 0 : now.size());
        listing = now;
      }
      return listing;
    }

    /** What claims the members of the group that the directory is. */
    public interface Claimed {
      List<Lease> all() throws FsException;
    }

    /**
     * The claims on the members of a group: from the first time on, until the handle is closed.
     *
     * @param claimed asked the first time only
     * @return lent by the handle
     * @throws FsException {@code EBADF} the control directory, or it is closed; what {@code
     *     claimed} throws
     */
    public synchronized List<Lease> members(Claimed claimed) throws FsException {
      if (closed || target == null) {
        throw new FsException(Errno.EBADF, "not a directory of entries");
      }
      if (members.isEmpty()) {
        members = List.copyOf(claimed.all());
      }
      return members;
    }

    /** Ends it; returns the claims that it held. */
    synchronized List<Lease> close() {
      closed = true;
      forget();
      return members;
    }

    private void forget() {
      names.giveBack(opener, listing == null ? 0 : listing.size());
      listing = null;
    }
  }

  /** An open file of the control directory. */
  record OpenControl(ControlFile.Session session) implements Handle {}

  /**
   * An open device.
   *
   * @param device its number
   */
  record OpenDevice(long device) implements Handle {}
}
