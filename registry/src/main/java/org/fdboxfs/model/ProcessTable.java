package org.fdboxfs.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows of a running thread and its process. Answers are of the moment: they are
 * reliable while the kernel holds the thread in a system call that we are answering.
 */
public interface ProcessTable {
  /** The process of a thread (its thread group), or 0 when there is none in our pid namespace. */
  int processOf(int thread);

  /**
   * Start time of a process in clock ticks since boot, 0 when it is gone: tells reused ids apart.
   */
  long startTime(int process);

  /** The supplementary groups of a thread; null when it is gone, or hidden from us. */
  @Nullable Set<Integer> groups(int thread);

  /**
   * The names of the effective capabilities of a thread, as {@link Capabilities} has them; none in
   * a user namespace of its own, where everybody has all of them and none outside.
   *
   * @return null when it is gone, or hidden from us
   */
  @Nullable Set<String> capabilities(int thread);

  /** The file that a process runs, as {@code /proc/PID/exe} names it, empty when unknown. */
  String executable(int process);

  /** The control group of a process as {@code /proc/PID/cgroup} names it, empty when unknown. */
  String cgroup(int process);

  /** The name of a process as {@code /proc/PID/comm} gives it, empty when it is gone. */
  String command(int process);
}
