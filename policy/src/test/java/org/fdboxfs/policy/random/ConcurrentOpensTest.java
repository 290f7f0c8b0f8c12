package org.fdboxfs.policy.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.Rig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the threads do, what opens once has one holder. */
@Timeout(120)
class ConcurrentOpensTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 3_000;

  private final Rig rig = new Rig();

  ConcurrentOpensTest() throws FsException {}

  /** Runs the same on all threads, from one gate; returns the sum of what they return. */
  private static int onAllThreads(Task task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      CyclicBarrier gate = new CyclicBarrier(THREADS);
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        tasks.add(
            () -> {
              gate.await();
              return task.run(thread);
            });
      }
      int sum = 0;
      for (Future<Integer> done : pool.invokeAll(tasks)) {
        sum += done.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  /** What one thread does. */
  private interface Task {
    int run(int thread) throws Exception;
  }

  private Caller caller(int thread) {
    return rig.processes.caller(1000, 1000, 100 + thread);
  }

  @Test
  void neverTwoHoldersOfWhatOpensOnce() throws Exception {
    int entries = 3;
    for (int i = 0; i < entries; i++) {
      rig.mkdir("/box/d" + i, 0755, rig.alice);
      rig.put("/box/d" + i + "/dev", FdKind.VFIO_DEVICE, rig.alice);
    }
    AtomicIntegerArray holders = new AtomicIntegerArray(entries);
    int granted =
        onAllThreads(
            thread -> {
              SplittableRandom random = new SplittableRandom(thread);
              int opened = 0;
              for (int round = 0; round < ROUNDS; round++) {
                int entry = random.nextInt(entries);
                Lease lease = tryOpen("/box/d" + entry + "/dev", caller(thread));
                if (lease != null) {
                  opened++;
                  assertThat(holders.incrementAndGet(entry)).isEqualTo(1);
                  holders.decrementAndGet(entry);
                  rig.release(lease);
                }
              }
              return opened;
            });
    assertThat(granted).isPositive();
    rig.assertNothingHeld();
  }

  private @Nullable Lease tryOpen(String path, Caller caller) {
    try {
      return rig.guard.claims().open(path, Access.READ, caller);
    } catch (FsException e) {
      assertThat(e.errno()).isEqualTo(Errno.EBUSY);
      return null;
    }
  }

  @Test
  void oneOfManyWinsEveryRound() throws Exception {
    rig.put("/box/dev", FdKind.VFIO_DEVICE, rig.alice);
    for (int round = 0; round < 200; round++) {
      List<Lease> leases = Collections.synchronizedList(new ArrayList<>());
      int granted =
          onAllThreads(
              thread -> {
                Lease lease = tryOpen("/box/dev", caller(thread));
                if (lease != null) {
                  leases.add(lease);
                }
                return lease == null ? 0 : 1;
              });
      assertThat(granted).isEqualTo(1);
      leases.forEach(rig::release);
    }
    rig.assertNothingHeld();
  }

  @Test
  void aGroupHasOneHolderAtATime() throws Exception {
    rig.put("/box/iommu", FdKind.IOMMUFD, rig.alice);
    rig.put("/box/dev", FdKind.VFIO_DEVICE, rig.alice);
    AtomicInteger holder = new AtomicInteger(-1);
    onAllThreads(
        thread -> {
          for (int round = 0; round < ROUNDS; round++) {
            Lease first = tryOpen("/box/iommu", caller(thread));
            if (first != null) {
              assertThat(holder.getAndSet(thread)).isEqualTo(-1);
              Lease second = rig.guard.claims().open("/box/dev", Access.READ, caller(thread));
              rig.release(first);
              assertThat(holder.getAndSet(-1)).isEqualTo(thread);
              rig.release(second);
            }
          }
          return 0;
        });
    rig.assertNothingHeld();
  }

  @Test
  void namesClaimsAndReleasesOnManyThreadsLeaveNothingBehind() throws Exception {
    onAllThreads(
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          Caller caller = caller(thread);
          List<Lease> leases = new ArrayList<>();
          for (int round = 0; round < ROUNDS; round++) {
            String path = "/box/" + random.nextInt(4);
            try {
              switch (random.nextInt(5)) {
                case 0 -> rig.put(path, FdKind.MEMFD, caller);
                case 1 -> leases.add(rig.guard.claims().open(path, Access.READ, caller));
                case 2 -> rig.guard.namespace().unlink(path, caller);
                case 3 -> {
                  String other = "/box/" + random.nextInt(4);
                  rig.guard.namespace().rename(path, other, false, caller);
                }
                default -> {
                  if (!leases.isEmpty()) {
                    rig.release(leases.remove(leases.size() - 1));
                  }
                }
              }
            } catch (FsException e) {
              assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EEXIST);
            }
          }
          leases.forEach(rig::release);
          return 0;
        });
    rig.assertNothingHeld();
  }
}
