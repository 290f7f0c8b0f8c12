package org.fdboxfs.chardev;

import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;

/** Who calls, as far as it takes a look at the process. */
interface Callers {
  /** Whether it may use boxes at all. */
  boolean administers(Caller direct);

  /** The same caller, to be judged by the guard, which compares modes and owners. */
  Caller peer(Caller direct);

  /** As the kernel shows processes. */
  static Callers of(ProcTable processes) {
    return new Callers() {
      @Override
      public boolean administers(Caller direct) {
        return processes.administers(direct.thread());
      }

      @Override
      public Caller peer(Caller direct) {
        return peerOf(direct, processes);
      }
    };
  }

  /** The kernel compared modes and owners of the node, and not of the box. */
  private static Caller peerOf(Caller direct, ProcTable processes) {
    ProcessKey process = new ProcessKey(direct.process(), processes.startTime(direct.process()));
    return Caller.peer(
        direct.uid(),
        direct.gid(),
        direct.groups(),
        process,
        direct.uid() == 0 && processes.overridesModes(direct.thread()),
        processes);
  }
}
