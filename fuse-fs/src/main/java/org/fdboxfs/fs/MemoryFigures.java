package org.fdboxfs.fs;

import org.fdboxfs.model.FsException;

/** How much memory the machine has: preserved memory is memory of the machine. */
public interface MemoryFigures {
  /**
   * The figures of this moment.
   *
   * @param files entries that the daemon can hold
   * @param filesFree of them
   * @throws FsException when the kernel does not tell
   */
  Statistics statistics(long files, long filesFree) throws FsException;
}
