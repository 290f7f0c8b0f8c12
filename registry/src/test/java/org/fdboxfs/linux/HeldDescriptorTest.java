package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldDescriptorTest {
  private final Fds fds = new Fds();

  @AfterEach
  void closeAll() {
    fds.close();
  }

  /** Holds the end of a pipe that is written to: the other end sees when it is closed. */
  private Descriptor hold(int[] pipe) {
    return new HeldDescriptor(fds.release(pipe[1]), FdKind.PIPE, Access.WRITE, true);
  }

  private static boolean isClosed(int[] pipe) {
    try {
      return Linux.readNow(pipe[0], Fds.bytes(1).buffer()) == 0;
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
      return false;
    }
  }

  @Test
  void theLastUserClosesTheKernels() {
    int[] pipe = fds.pipe();
    Descriptor held = hold(pipe);
    assertThat(held.retain()).isSameAs(held);
    held.close();
    assertThat(isClosed(pipe)).isFalse();
    held.close();
    assertThat(isClosed(pipe)).isTrue();
  }

  @Test
  void nobodyComesAfterTheLastUser() {
    Descriptor held = hold(fds.pipe());
    held.close();
    assertThatIllegalStateException().isThrownBy(held::retain);
    assertThatIllegalStateException().isThrownBy(held::retain);
  }

  @Test
  void aCloseTooManyTouchesNobodyElsesDescriptor() throws FsException {
    Descriptor held = hold(fds.pipe());
    int number = held.number();
    held.close();
    int[] next = fds.pipe();
    Linux.dup2(next[1], number);
    held.close();
    assertThatIllegalStateException().isThrownBy(held::retain);
    held.close();
    assertThat(Linux.statusFlags(number)).isNotNegative();
    Linux.close(number);
  }

  @Test
  void afterTheLastCloseEveryCallIsRefused() throws FsException {
    Descriptor held =
        new HeldDescriptor(Linux.memfdCreate("test", 1), FdKind.MEMFD, Access.READ_WRITE, true);
    int number = held.number();
    held.close();
    Linux.dup2(fds.memfd(), number); // somebody else's now
    fds.own(number);
    Fds.Bytes bytes = Fds.bytes(8);
    assertThat(errnoOf(held::stat)).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.pread(bytes.buffer(), 0))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.pwrite(bytes.buffer(), 0))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.readNow(bytes.buffer()))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.writeNow(bytes.buffer()))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.truncate(5))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> held.allocate(0, 0, 5))).isEqualTo(Errno.EBADF);
    assertThat(Linux.status(number).size()).isZero();
  }

  @Test
  void usersComeAndGoOnManyThreads() throws InterruptedException {
    int[] pipe = fds.pipe();
    Descriptor held = hold(pipe);
    int threads = 4;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      held.retain();
      pool.execute(
          () -> {
            await(start);
            for (int round = 0; round < 20_000; round++) {
              held.retain();
              held.close();
            }
            held.close();
          });
    }
    start.countDown();
    pool.shutdown();
    assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(isClosed(pipe)).isFalse();
    held.close();
    assertThat(isClosed(pipe)).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasPutForReadingIsNotResized() throws FsException {
    int memfd = fds.memfd();
    int readOnly = Linux.open("/proc/self/fd/" + memfd, 0);
    try (Descriptor held = new HeldDescriptor(readOnly, FdKind.MEMFD, Access.READ, true)) {
      assertThat(errnoOf(() -> held.truncate(5))).isEqualTo(Errno.EACCES);
      assertThat(errnoOf(() -> held.allocate(0, 0, 5))).isEqualTo(Errno.EACCES);
      assertThat(errnoOf(() -> held.pwrite(Fds.bytes(1).buffer(), 0))).isEqualTo(Errno.EBADF);
    }
  }

  @Test
  void memoryGrowsShrinksAndIsPunched() throws FsException {
    int keepSizeAndPunch = 3;
    int memfd = Linux.memfdCreate("test", 1);
    try (Descriptor held = new HeldDescriptor(memfd, FdKind.MEMFD, Access.READ_WRITE, true)) {
      held.allocate(0, 0, 3 * 4096);
      assertThat(held.stat().size()).isEqualTo(3 * 4096);
      assertThat(held.stat().blocks()).isEqualTo(3 * 8);
      held.allocate(keepSizeAndPunch, 0, 4096);
      assertThat(held.stat().blocks()).isEqualTo(2 * 8);
      held.truncate(7);
      assertThat(held.stat().size()).isEqualTo(7);
    }
  }
}
