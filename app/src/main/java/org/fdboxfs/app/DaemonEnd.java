package org.fdboxfs.app;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.fdboxfs.app.host.Processes;
import org.fdboxfs.client.ProcessEnd;

/** The end of a daemon: waited for where the kernel tells it, looked for where it does not. */
final class DaemonEnd implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(10);

  private final long pid;
  private final long startTime;
  private final Processes processes;
  private final Optional<ProcessEnd> event;

  /**
   * @param event owned by this; empty where the kernel does not tell
   */
  DaemonEnd(long pid, long startTime, Processes processes, Optional<ProcessEnd> event) {
    this.pid = pid;
    this.startTime = startTime;
    this.processes = processes;
    this.event = event;
  }

  /** Of a daemon that is there; empty when it is not. */
  static Optional<DaemonEnd> of(long pid, Processes processes) {
    Optional<ProcessEnd> event = event(pid);
    OptionalLong startTime = processes.startTime(pid);
    return startTime.isPresent()
        ? Optional.of(new DaemonEnd(pid, startTime.getAsLong(), processes, event))
        : Optional.empty();
  }

  private static Optional<ProcessEnd> event(long pid) {
    try {
      return ProcessEnd.of(pid);
    } catch (LinkageError e) {
      return Optional.empty(); // no native library for this machine
    }
  }

  long pid() {
    return pid;
  }

  /** Waits at most that long; returns whether it has ended. */
  boolean await(Duration most) {
    return event.map(end -> end.await(most)).orElseGet(() -> poll(most));
  }

  private boolean poll(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (processes.isAlive(pid, startTime)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause();
    }
    return true;
  }

  @Override
  public void close() {
    event.ifPresent(ProcessEnd::close);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }
}
