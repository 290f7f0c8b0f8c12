package org.fdboxfs.fake;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;

/** Processes in which every thread is a process; remembers what was looked up. */
public class FakeProcesses implements ProcessTable {
  public final Set<String> lookedUp = ConcurrentHashMap.newKeySet();
  public volatile @Nullable Set<Integer> groups = Set.of(100, 27);
  public volatile @Nullable Set<String> capabilities = Set.of();
  public volatile String cgroup = "/user.slice";
  public volatile String executable = "/bin/sh";

  /** What happens besides when a command is looked up. */
  public volatile Runnable onCommand = () -> {};

  /** Added to the start times: another value makes every process id a reused one. */
  public volatile long generation;

  public Caller caller(int uid, int gid, int process) {
    return new Caller(uid, gid, process, this);
  }

  @Override
  public int processOf(int thread) {
    lookedUp.add("process");
    return thread;
  }

  @Override
  public long startTime(int process) {
    lookedUp.add("start");
    return process + generation;
  }

  @Override
  public @Nullable Set<Integer> groups(int thread) {
    lookedUp.add("groups");
    return groups;
  }

  @Override
  public @Nullable Set<String> capabilities(int thread) {
    lookedUp.add("capabilities");
    return capabilities;
  }

  @Override
  public String executable(int process) {
    lookedUp.add("executable");
    return executable;
  }

  @Override
  public String cgroup(int process) {
    lookedUp.add("cgroup");
    return cgroup;
  }

  @Override
  public String command(int process) {
    lookedUp.add("command");
    onCommand.run();
    return "sh";
  }
}
