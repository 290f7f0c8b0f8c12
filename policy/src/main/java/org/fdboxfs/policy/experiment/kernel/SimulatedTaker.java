package org.fdboxfs.policy.experiment.kernel;

import java.util.HashSet;
import java.util.Set;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.policy.Taker;

/**
 * A process that took a descriptor, looked after as the exchange socket looks after real ones: who
 * had the open file before does not count, whoever has it later has it from the taker.
 */
public final class SimulatedTaker implements Taker {
  private final Machine machine;
  private final OpenFile file;
  private final boolean anew;
  private final ProcessKey process;
  private final Set<ProcessKey> before;
  private boolean closed;

  /**
   * To be made before the taker has the file.
   *
   * @param anew whether the file was opened for the taker, so that nobody can have had it before
   */
  public SimulatedTaker(Machine machine, OpenFile file, boolean anew, ProcessKey process) {
    this.machine = machine;
    this.file = file;
    this.anew = anew;
    this.process = process;
    this.before = anew ? Set.of() : new HashSet<>(machine.holders(file));
    if (!anew) {
      before.remove(process);
    }
  }

  /** Whether a taker is that process with the very file of the entry. */
  public static boolean isOf(Taker taker, ProcessKey process) {
    return taker instanceof SimulatedTaker other && !other.anew && other.process.equals(process);
  }

  /** Those that had the file before. */
  public Set<ProcessKey> before() {
    return before;
  }

  @Override
  public boolean stillHas() {
    return !closed
        && (machine.isOpenIn(process, file)
            || machine.holders(file).stream().anyMatch(holder -> !before.contains(holder)));
  }

  @Override
  public void close() {
    closed = true;
  }
}
