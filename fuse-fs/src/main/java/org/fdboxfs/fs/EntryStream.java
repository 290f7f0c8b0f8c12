package org.fdboxfs.fs;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.fdboxfs.policy.Lease;

/** An open entry of a kind that is read and written in sequence. */
record EntryStream(Lease lease) implements Stream {
  @Override
  public int number() {
    return lease.descriptor().number();
  }

  @Override
  public long readNow(NativeBuffer into) throws FsException {
    if (!lease.access().reads()) {
      throw new FsException(Errno.EBADF, "not open for reading");
    }
    return lease.descriptor().readNow(into);
  }

  @Override
  public long writeNow(NativeBuffer from) throws FsException {
    if (!lease.access().writes()) {
      throw new FsException(Errno.EBADF, "not open for writing");
    }
    return lease.descriptor().writeNow(from);
  }
}
