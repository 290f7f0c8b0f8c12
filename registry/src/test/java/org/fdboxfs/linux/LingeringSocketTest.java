package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.junit.jupiter.api.Test;

/** A user's socket whose close(2) waits for a peer that does not read (SO_LINGER). */
class LingeringSocketTest {
  private static final int USER = 4711;
  private static final int AF_INET = 2;
  private static final int STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_LINGER = 13;
  private static final int LINGER_SECONDS = 600;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();
  private static final LibC C = LibC.INSTANCE;

  @Test
  void onlyWhoseItIsHasToWait() throws IOException, FsException {
    LinuxDescriptors descriptors = new LinuxDescriptors();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int lingering = fullSocket(server.getLocalPort());
      try (Socket silent = server.accept()) {
        descriptors.adopt(lingering, USER).descriptor().close();
        TableProbe.await("stuck", () -> descriptors.isStuck(USER));
        assertThat(descriptors.isStuck(USER + 1)).isFalse();
        Caller caller = new Caller(USER, USER, MoreC.INSTANCE.gettid(), new ProcTable());
        assertThatThrownBy(() -> descriptors.fetch(caller, 0)).isInstanceOf(FsException.class);
        silent.setSoLinger(true, 0); // its close is a reset, which ends the other's
      }
      TableProbe.await("closed", () -> !descriptors.mayBeStuck());
    }
  }

  /** Has sent more than its peer takes without reading. */
  private static int fullSocket(int port) throws FsException {
    int fd = Linux.check(C.socket(AF_INET, STREAM, 0), "socket");
    Pointer address = Memory.allocateDirect(RUNTIME, 16, true);
    address.putShort(0, (short) AF_INET);
    address.putShort(2, Short.reverseBytes((short) port));
    address.putInt(4, Integer.reverseBytes(0x7f000001));
    Linux.check(C.connect(fd, address, 16), "connect");
    Pointer linger = Memory.allocateDirect(RUNTIME, 8, true);
    linger.putInt(0, 1);
    linger.putInt(4, LINGER_SECONDS);
    Linux.check(C.setsockopt(fd, SOL_SOCKET, SO_LINGER, linger, 8), "setsockopt");
    Pointer bytes = Memory.allocateDirect(RUNTIME, 65536, true);
    NativeBuffer full = new NativeBuffer(bytes.address(), 65536);
    try {
      while (Linux.sendNow(fd, full) > 0) {}
    } catch (FsException e) {
      return fd; // no more fits
    }
    throw new AssertionError("a peer that does not read takes everything");
  }
}
