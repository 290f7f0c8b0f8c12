package org.fdboxfs.fs.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.fs.Stream;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.NativeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that wait for eventfds; what is sent to the kernel goes to a file here. */
@Timeout(60)
class StreamWaiterTest {
  private static final int ALICE = 1000;
  private static final int BOB = 2000;
  private static final int MAX_IO = FuseSession.MAX_IO;

  private final int device = Linux.memfdCreate("device", 0);
  private final WakeUp wakeUp = NativeSupport.wakeUp();
  private final List<WakeUp> made = new CopyOnWriteArrayList<>();
  private final StreamWaiter waiter =
      new StreamWaiter(wakeUp, StreamWaiter.prepare(wakeUp), new Replies(device));
  private final Thread thread = new Thread(waiter);

  StreamWaiterTest() throws FsException {}

  @AfterEach
  void end() throws InterruptedException {
    waiter.stop();
    thread.join();
    made.forEach(WakeUp::close);
    wakeUp.close();
    Linux.close(device);
  }

  private WakeUp wakeUp() throws FsException {
    WakeUp another = NativeSupport.wakeUp();
    made.add(another);
    return another;
  }

  /** What can be waited for; it is tried by the waiter's attempt alone. */
  private static Stream on(WakeUp ready) {
    return new Stream() {
      @Override
      public int number() {
        return ready.number();
      }

      @Override
      public long readNow(NativeBuffer into) {
        throw new AssertionError("not tried");
      }

      @Override
      public long writeNow(NativeBuffer from) {
        throw new AssertionError("not tried");
      }
    };
  }

  private static Parked read(long unique, int uid, WakeUp ready) {
    return Parked.read(unique, uid, on(ready), 8);
  }

  private int parkAll(int uid, long first, WakeUp ready) {
    int parked = 0;
    while (parked < 10_000) {
      Parked write = Parked.write(first + parked, uid, on(ready), new byte[MAX_IO]);
      try {
        waiter.park(write);
        parked++;
      } catch (FsException e) {
        assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
        return parked;
      }
    }
    throw new AssertionError("there is no end of it");
  }

  /** The errno of the last reply that was sent. */
  private Errno lastError() throws IOException {
    ByteBuffer sent =
        ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/fd/" + device)))
            .order(ByteOrder.nativeOrder());
    int last = sent.remaining() - Protocol.OUT_HEADER;
    return new Errno(-sent.getInt(last + Protocol.OUT_ERROR));
  }

  @Test
  void whatWaitsTakesNoMoreMemoryThanIsThere() throws FsException {
    int most = (int) (StreamWaiter.MOST_BYTES / 3 / MAX_IO);
    WakeUp never = wakeUp();
    int alices = parkAll(ALICE, 1, never);
    assertThat(alices).isBetween(most - 2, most);

    assertThat(parkAll(BOB, 100_000, never)).isGreaterThan(most / 2);
    assertThat(waiter.interrupt(1)).isTrue();
    assertThat(waiter.interrupt(1)).as("it was answered").isFalse();
    for (long unique = 2; unique <= alices; unique++) {
      assertThat(waiter.interrupt(unique)).isTrue();
    }
    assertThat(parkAll(ALICE, 1_000_000, never)).as("what was answered makes room").isPositive();
  }

  @Test
  void eachIsTriedWhenItIsReadyUntilItIsAnswered() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch answered = new CountDownLatch(2);
    List<Long> tried = new CopyOnWriteArrayList<>();
    waiter.setAttempt(
        request -> {
          tried.add(request.unique());
          if (tries.incrementAndGet() < 5) {
            throw new FsException(Errno.EAGAIN, "ready, but nothing is there");
          }
          answered.countDown();
        });
    thread.start();
    WakeUp ready = wakeUp();
    waiter.park(read(1, ALICE, wakeUp()));
    waiter.park(read(2, ALICE, ready));
    waiter.park(read(3, ALICE, ready));

    ready.raise();

    assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(tried).contains(2L, 3L).doesNotContain(1L);
    assertThat(waiter.interrupt(1)).as("it waits on").isTrue();
  }

  @Test
  void whatThrowsIsAnsweredAndTheOthersGoOn() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    waiter.setAttempt(
        request -> {
          if (request.unique() == 1) {
            throw new StackOverflowError("on purpose");
          }
          served.countDown();
        });
    thread.start();
    WakeUp first = wakeUp();
    waiter.park(read(1, ALICE, first));
    first.raise();
    WakeUp second = wakeUp();
    waiter.park(read(2, BOB, second));
    second.raise();

    assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(waiter.interrupt(1)).isFalse();
    assertThat(lastError()).isEqualTo(Errno.EIO);
  }

  @Test
  void aNumberThatIsForgottenIsAnothersThen() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    waiter.setAttempt(request -> served.countDown());
    thread.start();
    WakeUp closed = NativeSupport.wakeUp();
    int number = closed.number();
    waiter.watch(7, 70, on(closed), StreamWaiter.POLLIN);
    waiter.forget(70);
    closed.close();
    WakeUp next = wakeUp();
    assertThat(next.number()).isEqualTo(number);

    waiter.park(read(1, ALICE, next));
    next.raise();

    assertThat(served.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatCannotBeWaitedForIsRefused() {
    Stream none =
        on(
            new WakeUp() {
              @Override
              public int number() {
                return Integer.MAX_VALUE;
              }

              @Override
              public void raise() {}

              @Override
              public void lower() {}

              @Override
              public void close() {}
            });

    assertThat(errnoOf(() -> waiter.park(Parked.read(1, ALICE, none, 8)))).isEqualTo(Errno.ENOMEM);
    assertThat(errnoOf(() -> waiter.watch(7, 70, none, StreamWaiter.POLLIN)))
        .isEqualTo(Errno.ENOMEM);
    assertThat(waiter.interrupt(1)).isFalse();
  }
}
