package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HangupWatchTest {
  private final Fds fds = new Fds();

  @AfterEach
  void closeAll() {
    fds.close();
  }

  /** Watches the end of a pipe that is read, and closes the other. */
  private void hangUp(Runnable told) throws FsException {
    int[] pipe = fds.pipe();
    HangupWatch.add(pipe[0], told);
    Linux.close(fds.release(pipe[1]));
  }

  @Test
  void whatFailsForOneIsNotTheEndForTheOthers() throws FsException, InterruptedException {
    CountDownLatch told = new CountDownLatch(3);
    hangUp(
        () -> {
          told.countDown();
          throw new IllegalStateException("on purpose");
        });
    hangUp(
        () -> {
          told.countDown();
          throw new StackOverflowError("on purpose");
        });
    hangUp(told::countDown);

    assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
