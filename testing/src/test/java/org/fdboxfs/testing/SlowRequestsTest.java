package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fdboxfs.fs.fuse.NativeSupport;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A user whose requests take long takes no thread that others need. */
class SlowRequestsTest {
  private static final int THREADS = 8;
  private static final int GREEDY = 1000;
  private static final int PUTS = 20;

  private final CountDownLatch half = new CountDownLatch(THREADS / 2);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final AtomicInteger inWork = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final List<OtherProcess> processes = new ArrayList<>();
  private final OwnMount mount;

  SlowRequestsTest() throws Exception {
    MountedTest.requireFuse();
    mount =
        OwnMount.make(
            THREADS,
            new ProcTable(),
            NativeSupport::wakeUp,
            new SlowSource(new LinuxDescriptors()),
            NativeSupport.figures());
  }

  /** Takes the descriptors of one user when it is let go. */
  private final class SlowSource implements DescriptorSource {
    private final DescriptorSource real;

    SlowSource(DescriptorSource real) {
      this.real = real;
    }

    @Override
    public Offer fetch(Caller caller, int number) throws FsException {
      if (caller.uid() == GREEDY) {
        most.accumulateAndGet(inWork.incrementAndGet(), Math::max);
        half.countDown();
        await(letGo);
        inWork.decrementAndGet();
      }
      return real.fetch(caller, number);
    }

    @Override
    public Offer createMemory(String name) throws FsException {
      return real.createMemory(name);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OtherProcess process(int uid) {
    OtherProcess process = OtherProcess.start();
    processes.add(process);
    process.run("user", uid, uid);
    return process;
  }

  @AfterEach
  void unmount() throws Exception {
    letGo.countDown();
    processes.forEach(OtherProcess::close);
    mount.close();
  }

  @Test
  void othersAreServedMeanwhileAndAllAreInTheEnd() throws InterruptedException {
    String box = mount.path() + "/box";
    OtherProcess owner = process(1001);
    owner.run("mkdir", box, "0777");
    List<OtherProcess> greedy = new ArrayList<>();
    for (int i = 0; i < PUTS; i++) {
      // Each puts into a directory of its own: into one, the kernel lets one at a time.
      owner.run("mkdir", box + "/" + i, "0777");
      greedy.add(process(GREEDY));
    }
    for (int i = 0; i < PUTS; i++) {
      OtherProcess process = greedy.get(i);
      String target = "/proc/self/fd/" + process.memfd("content");
      process.send("symlink", target, box + "/" + i + "/greedy");
    }
    assertThat(half.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

    for (int i = 0; i < 20; i++) {
      assertThat(owner.tryPut(owner.memfd("content"), box + "/mine" + i)).isEqualTo(NONE);
      assertThat(owner.content(box + "/mine" + i)).isEqualTo("content");
      owner.run("unlink", box + "/mine" + i);
    }

    letGo.countDown();
    for (OtherProcess process : greedy) {
      assertThat(process.answer()).isEqualTo("ok 0");
    }
    assertThat(most.get()).isEqualTo(THREADS / 2);
    assertThat(owner.stat(box + "/" + (PUTS - 1) + "/greedy").uid()).isEqualTo(GREEDY);
  }
}
