package org.fdboxfs.fs.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.linux.Handout;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.OpenFiles;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FairShare;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessTakerTest {
  private final LinuxDescriptors descriptors = new LinuxDescriptors();
  private final Descriptor memory = descriptors.createMemory("test").descriptor();
  private final FairShare tracking = new FairShare(4, 1);
  private final CountDownLatch looking = new CountDownLatch(1);
  private final CountDownLatch letGo = new CountDownLatch(1);

  /** Processes of which it takes long to find out anything. */
  private final FakeProcesses processes =
      new FakeProcesses() {
        @Override
        public long startTime(int process) {
          looking.countDown();
          try {
            letGo.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return super.startTime(process);
        }
      };

  ProcessTakerTest() throws FsException {}

  @AfterEach
  void close() {
    letGo.countDown();
    memory.close();
  }

  private ProcessTaker taker(Caller caller) throws FsException {
    try (Handout handout = descriptors.handOut(memory, Access.READ, caller)) {
      return ProcessTaker.ofOwnFile(new OpenFiles(processes), handout, caller, tracking);
    }
  }

  /** This process, whose start is known to the caller already. */
  private static Caller self(int uid) {
    FakeProcesses quick = new FakeProcesses();
    return quick.caller(uid, uid, (int) ProcessHandle.current().pid());
  }

  @Test
  void whoEndsItDoesNotWaitForWhoLooks() throws Exception {
    ProcessTaker taker = taker(self(1000));
    CompletableFuture<Boolean> look = CompletableFuture.supplyAsync(taker::stillHas);
    assertThat(looking.await(30, TimeUnit.SECONDS)).isTrue();

    CompletableFuture.runAsync(taker::close).get(30, TimeUnit.SECONDS);

    letGo.countDown();
    assertThat(look.get(30, TimeUnit.SECONDS)).as("of what has ended").isFalse();
    assertThat(taker.stillHas()).isFalse();
  }

  @Test
  void whatIsKeptTrackOfIsAShare() throws FsException {
    ProcessTaker first = taker(self(1000));
    ProcessTaker second = taker(self(1000));
    assertThat(errnoOf(() -> taker(self(1000)))).isEqualTo(Errno.ENFILE);
    taker(self(2000)).close();

    first.close();
    first.close();
    taker(self(1000)).close();
    second.close();
  }
}
