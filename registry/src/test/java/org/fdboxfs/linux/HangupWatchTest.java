package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FdKind;
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
  void filesAreNotAskedForItMayTakeForEver() throws FsException, InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch fileTold = new CountDownLatch(1);
    int[] first = fds.pipe();
    int[] second = fds.pipe();
    try (Descriptor file = held(first, FdKind.FILE);
        Descriptor pipe = held(second, FdKind.PIPE)) {
      file.onHangup(fileTold::countDown);
      pipe.onHangup(told::countDown);
      Linux.close(fds.release(first[1]));
      Linux.close(fds.release(second[1]));

      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(fileTold.getCount()).as("not watched").isEqualTo(1);
    }
  }

  private Descriptor held(int[] pipe, FdKind kind) {
    return new HeldDescriptor(fds.release(pipe[0]), kind, Access.READ, true);
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
