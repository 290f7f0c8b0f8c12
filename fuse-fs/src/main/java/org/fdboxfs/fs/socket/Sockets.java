package org.fdboxfs.fs.socket;

import java.util.Optional;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.OpenFiles;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Guard;

/** Both sockets of a mount; they live as long as the process. */
public final class Sockets {
  private Sockets() {}

  /**
   * Opens the sockets and serves them on threads of their own.
   *
   * @param notifyBox the box for descriptors whose names say none
   * @throws FsException errno of what failed; nothing is served then
   */
  public static void start(
      RuntimeDirectory directory,
      Guard guard,
      LinuxDescriptors descriptors,
      FdBoxFs fs,
      ProcTable processes,
      Optional<String> notifyBox)
      throws FsException {
    descriptors.setSocketDirectory(directory.base().toString());
    Operations operations =
        new Operations(guard, descriptors, fs.handles(), new OpenFiles(processes));
    Peers peers = new Peers(processes);
    int listener = UnixSockets.listen(directory.exchange().toString());
    boolean started = false;
    try {
      int receiver = UnixSockets.receiver(directory.notifications().toString());
      new NotifySocket(operations, peers, receiver, notifyBox).start();
      new ExchangeSocket(operations, peers, listener).start();
      started = true;
    } finally {
      if (!started) {
        Linux.close(listener);
      }
    }
  }
}
