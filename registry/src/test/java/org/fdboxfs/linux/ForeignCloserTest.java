package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closes that never return, as far as the closer can tell. */
@Timeout(60)
class ForeignCloserTest {
  private static final int MOST = 5_000;

  private final ForeignCloser closer = new ForeignCloser();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
  }

  private void waitForEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends what cannot be closed, as long as it is received; returns how much that was. */
  private int sendAll(int uid) {
    int sent = 0;
    while (!closer.isStuck(uid) && sent < MOST) {
      closer.close(uid, this::waitForEnd);
      sent++;
    }
    return sent;
  }

  @Test
  void fewUsersDoNotStopTheOthers() {
    List<Integer> sent = new ArrayList<>();
    for (int uid = 1000; uid < 1004; uid++) {
      sent.add(sendAll(uid));
    }

    assertThat(sent.get(0)).as("room for two of the largest messages").isGreaterThan(2 * 253);
    assertThat(closer.isStuck(2000)).isFalse();
  }

  @Test
  void whatCouldBeClosedAfterAllMakesRoom() throws InterruptedException {
    sendAll(1000);
    end.countDown();
    CountDownLatch closed = new CountDownLatch(1);
    closer.close(1000, closed::countDown);

    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    while (closer.isBusy()) {
      Thread.onSpinWait();
    }
    assertThat(closer.isStuck(1000)).isFalse();
  }
}
