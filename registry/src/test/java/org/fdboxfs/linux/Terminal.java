package org.fdboxfs.linux;

import static org.assertj.core.api.Assumptions.assumeThat;

import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.FsException;

/** A pseudo terminal; where none can be made, the test is skipped. */
record Terminal(int master, int slave) {
  private static final int O_RDWR_NOCTTY = 2 | 0400;
  private static final long TIOCSPTLCK = 0x40045431;
  private static final long TIOCGPTN = 0x80045430L;

  Terminal(Fds fds) throws FsException {
    this(openMaster(fds), fds);
  }

  private Terminal(int master, Fds fds) throws FsException {
    this(master, openSlave(master, fds));
  }

  private static int openMaster(Fds fds) {
    int master = LibC.INSTANCE.open("/dev/ptmx", O_RDWR_NOCTTY);
    assumeThat(master).as("there are pseudo terminals").isNotNegative();
    return fds.own(master);
  }

  private static int openSlave(int master, Fds fds) throws FsException {
    Pointer argument = Memory.allocateDirect(Runtime.getSystemRuntime(), 4, true);
    Linux.ioctl(master, TIOCSPTLCK, argument);
    Linux.ioctl(master, TIOCGPTN, argument);
    return fds.open("/dev/pts/" + argument.getInt(0), O_RDWR_NOCTTY);
  }
}
