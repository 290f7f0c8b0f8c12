package org.fdboxfs.client;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** The end of a process, any process that may be seen, as the event that it is: pidfd_open(2). */
public final class ProcessEnd implements AutoCloseable {
  private static final long SYS_PIDFD_OPEN = 434;
  private static final short POLLIN = 1;

  private final Descriptor process;

  private ProcessEnd(Descriptor process) {
    this.process = process;
  }

  /**
   * Begins to watch a process that is there now, and none that has its number later.
   *
   * @return empty where there is no such process, or no such call: before Linux 5.3, and where
   *     seccomp(2) forbids it
   */
  public static Optional<ProcessEnd> of(long pid) {
    int number = LibC.SYSCALL.call(SYS_PIDFD_OPEN, pid, 0, 0, 0);
    return number < 0 ? Optional.empty() : Optional.of(new ProcessEnd(Descriptor.adopt(number)));
  }

  /**
   * Waits for it.
   *
   * @param most how long
   * @return whether the process has ended
   */
  public boolean await(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (true) {
      long left = Math.max(0, deadline - System.nanoTime());
      int ready = poll(Duration.ofNanos(left));
      if (ready > 0 || left == 0) {
        return ready > 0;
      }
    }
  }

  /** More than 0 when it has ended; less when a signal came. */
  private int poll(Duration most) {
    ByteBuffer pollfd = LibC.memory(8);
    pollfd.putInt(process.number()).putShort(POLLIN);
    try {
      return LibC.POLL.call(LibC.addressOf(pollfd), 1, most.plusMillis(1).toMillis());
    } finally {
      Reference.reachabilityFence(pollfd);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
