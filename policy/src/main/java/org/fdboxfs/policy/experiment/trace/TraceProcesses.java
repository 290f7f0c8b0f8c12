package org.fdboxfs.policy.experiment.trace;

import java.util.Set;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.Event;
import org.jspecify.annotations.Nullable;

/** Who asked, as far as an event tells; remembers what was asked for in vain. */
final class TraceProcesses implements ProcessTable {
  private final Event event;
  private @Nullable String missing;

  TraceProcesses(Event event) {
    this.event = event;
  }

  /** Whom modes and owners do not concern any more: the kernel compared them then. */
  Caller caller() {
    Integer gid = event.asker().gid();
    return new Caller(event.uid(), gid == null ? event.uid() : gid, event.pid(), this);
  }

  /** What a rule wanted to know of who asked and the event does not tell; null when nothing. */
  @Nullable String missing() {
    return missing;
  }

  private <T> @Nullable T told(@Nullable T fact, String what) {
    if (fact == null) {
      missing = what + " of who asked, which the trace does not tell";
    }
    return fact;
  }

  @Override
  public int processOf(int thread) {
    return thread;
  }

  /** The same for all: of process ids that were used again, a trace does not tell. */
  @Override
  public long startTime(int process) {
    return 0;
  }

  @Override
  public @Nullable Set<Integer> groups(int thread) {
    return told(event.asker().groups(), "groups");
  }

  @Override
  public @Nullable Set<String> capabilities(int thread) {
    return told(event.asker().capabilities(), "capabilities");
  }

  @Override
  public String executable(int process) {
    String file = told(event.asker().executable(), "executable");
    return file == null ? "" : file;
  }

  @Override
  public String cgroup(int process) {
    String group = told(event.asker().cgroup(), "control group");
    return group == null ? "" : group;
  }

  @Override
  public String command(int process) {
    return "";
  }
}
