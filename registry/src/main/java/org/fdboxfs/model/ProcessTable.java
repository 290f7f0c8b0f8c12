package org.fdboxfs.model;

import java.util.Set;

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

  /** The supplementary groups of a thread; empty when it is gone. */
  Set<Integer> groups(int thread);

  /** The control group of a process as {@code /proc/PID/cgroup} names it, empty when unknown. */
  String cgroup(int process);

  /** The name of a process as {@code /proc/PID/comm} gives it, empty when it is gone. */
  String command(int process);
}
