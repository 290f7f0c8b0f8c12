package org.fdboxfs.fs.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NoticesTest {
  private final Notices notices = new Notices();
  private final AtomicInteger told = new AtomicInteger();

  @Test
  void whatCanBeToldIsToldWhenItReturns() {
    for (int i = 1; i <= 100; i++) {
      notices.tell(told::incrementAndGet);
      assertThat(told).hasValue(i);
    }
  }

  @Test
  void nobodyWaitsForWhatIsStuck() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(Notices.THREADS);
    for (int i = 0; i < Notices.THREADS; i++) {
      notices.tell(
          () -> {
            await(stuck);
            ended.countDown();
          });
    }
    for (int i = 0; i < 1000; i++) {
      notices.tell(told::incrementAndGet); // would take 100 s, if each waited
    }
    assertThat(told).hasValue(0);
    stuck.countDown();
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
