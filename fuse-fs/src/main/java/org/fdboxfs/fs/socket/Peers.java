package org.fdboxfs.fs.socket;

import java.util.OptionalInt;
import java.util.Set;
import org.fdboxfs.linux.Packet;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end, as the kernel tells it. What it cannot tell for sure, nobody has. */
final class Peers {
  private final ProcTable processes;

  Peers(ProcTable processes) {
    this.processes = processes;
  }

  /** Who called connect(2). */
  Caller of(int connection) throws FsException {
    UnixSockets.Peer peer = UnixSockets.peer(connection);
    ProcessKey process = process(peer.pid());
    boolean overrides = peer.uid() == 0 && processes.overridesModes(peer.pid());
    // Looked up by a number that was another's process if the peer has ended meanwhile.
    if (!UnixSockets.isPeerAlive(connection)) {
      process = ProcessKey.ended(peer.pid());
      overrides = false;
    }
    return Caller.peer(peer.uid(), peer.gid(), peer.groups(), process, overrides, processes);
  }

  private ProcessKey process(int pid) {
    long startTime = processes.startTime(pid);
    return startTime == 0 ? ProcessKey.ended(pid) : new ProcessKey(pid, startTime);
  }

  /** Who sent a message. */
  Caller of(Packet.Sender sender) {
    ProcessKey process = process(sender.pid());
    @Nullable Set<Integer> groups = processes.groups(sender.pid());
    boolean overrides = sender.uid() == 0 && processes.overridesModes(sender.pid());
    // The number may be another's process by now, but not one of another user.
    boolean same = processes.userOf(sender.pid()).equals(OptionalInt.of(sender.uid()));
    return Caller.peer(
        sender.uid(), sender.gid(), same ? groups : null, process, same && overrides, processes);
  }
}
