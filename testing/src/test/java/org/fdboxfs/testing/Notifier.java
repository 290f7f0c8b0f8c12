package org.fdboxfs.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A socket of another process that leads to the notify socket of a mount.
 *
 * @param fd its number there
 */
record Notifier(OtherProcess process, long fd) {
  private static final int POLLHUP = 16;
  private static final int PATIENCE_MILLIS = 30_000;

  static Notifier of(OtherProcess process, TestBox box) {
    return new Notifier(
        process, process.run("connect", box.mount().control("notify"), "SOCK_DGRAM"));
  }

  /**
   * Sends a message, which is not answered.
   *
   * @param fds numbers, or "N*COUNT"
   */
  void send(String message, Object... fds) {
    List<Object> words = new ArrayList<>(List.of(fd, message));
    words.addAll(Arrays.asList(fds));
    process.run("sendmsg", words.toArray());
  }

  /** Sends a message and waits until it has been dealt with. */
  void sendAndWait(String message, Object... fds) {
    send(message, fds);
    barrier();
  }

  /** Waits until everything that was sent before has been dealt with. */
  void barrier() {
    List<Long> pipe = process.numbers("pipe");
    send("BARRIER=1", pipe.get(1));
    process.close(pipe.get(1));
    if (process.run("poll", pipe.get(0), 0, PATIENCE_MILLIS) != POLLHUP) {
      throw new AssertionError("the barrier was not let go");
    }
    process.close(pipe.get(0));
  }
}
