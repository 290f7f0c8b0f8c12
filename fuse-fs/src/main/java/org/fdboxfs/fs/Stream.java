package org.fdboxfs.fs;

import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;

/** Something that is read and written in sequence and may have nothing now. */
public interface Stream {
  /** What poll(2) waits on; lent as long as the stream is open. */
  int number();

  /**
   * Reads what is there.
   *
   * @throws FsException {@code EAGAIN} nothing now; {@code EBADF} not open for reading
   */
  long readNow(NativeBuffer into) throws FsException;

  /**
   * Writes what fits.
   *
   * @throws FsException {@code EAGAIN} nothing now; {@code EBADF} not open for writing
   */
  long writeNow(NativeBuffer from) throws FsException;
}
