package org.fdboxfs.policy.experiment.kernel;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;

/** The processes that live. Each has one thread, and no process id is used twice. */
public final class Machine implements ProcessTable {
  private final StepClock clock = new StepClock();
  private final TreeMap<Integer, SimulatedProcess> processes = new TreeMap<>();
  private int lastPid = 100;

  public StepClock clock() {
    return clock;
  }

  /** A process begins. */
  public SimulatedProcess start(String actor, Credentials credentials) {
    int pid = ++lastPid;
    SimulatedProcess process =
        new SimulatedProcess(new ProcessKey(pid, pid), actor, credentials, this);
    processes.put(pid, process);
    return process;
  }

  /** A process ends; what it held is the caller's to close. */
  public void end(SimulatedProcess process) {
    processes.remove(process.key().pid());
  }

  /** Those that live, by process id. */
  public Collection<SimulatedProcess> processes() {
    return processes.values();
  }

  /** The living process of that id. */
  public @Nullable SimulatedProcess process(ProcessKey key) {
    return processes.get(key.pid());
  }

  /** Whether a process lives and has an open file. */
  public boolean isOpenIn(ProcessKey key, OpenFile file) {
    SimulatedProcess process = processes.get(key.pid());
    return process != null && process.has(file);
  }

  /** The processes that have an open file. */
  public Set<ProcessKey> holders(OpenFile file) {
    Set<ProcessKey> holders = new HashSet<>();
    for (SimulatedProcess process : processes.values()) {
      if (process.has(file)) {
        holders.add(process.key());
      }
    }
    return holders;
  }

  @Override
  public int processOf(int thread) {
    return processes.containsKey(thread) ? thread : 0;
  }

  @Override
  public long startTime(int process) {
    SimulatedProcess found = processes.get(process);
    return found == null ? 0 : found.key().startTime();
  }

  @Override
  public @Nullable Set<Integer> groups(int thread) {
    SimulatedProcess found = processes.get(thread);
    return found == null ? null : found.credentials().groups();
  }

  @Override
  public @Nullable Set<String> capabilities(int thread) {
    SimulatedProcess found = processes.get(thread);
    return found == null ? null : found.credentials().capabilities();
  }

  @Override
  public String executable(int process) {
    SimulatedProcess found = processes.get(process);
    return found == null ? "" : found.credentials().executable();
  }

  @Override
  public String cgroup(int process) {
    SimulatedProcess found = processes.get(process);
    return found == null ? "" : found.credentials().cgroup();
  }

  @Override
  public String command(int process) {
    SimulatedProcess found = processes.get(process);
    return found == null ? "" : found.actor();
  }
}
