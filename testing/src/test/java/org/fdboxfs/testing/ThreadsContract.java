package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not depend on how many threads take requests. */
abstract class ThreadsContract {
  private static final String ONE_AT_A_TIME =
      "version: 1\nrules: [ { id: one, match: { entry: \"one*\" }, opens: 1 } ]\n";

  @Test
  void closeThenOpenNeverFails(TestBox box) throws IOException {
    box.policy(ONE_AT_A_TIME);
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("one"));

    assertThat(process.run("reopen", box.path("one"), 5_000)).as("opens that failed").isZero();
  }

  @Test
  void neverMoreThanOneHoldsASingleOpenEntry(TestBox box) throws IOException {
    box.policy(ONE_AT_A_TIME);
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("one"));

    List<Long> counts = process.numbers("fight", box.path("one"), 4, 2_000);

    assertThat(counts.get(0)).as("granted").isPositive();
    assertThat(counts.get(2)).as("other errors").isZero();
    assertThat(counts.get(3)).as("two holders at a time").isZero();
  }

  @Test
  void blockedReadersAndWritersTakeNoThread(TestBox box) {
    OtherProcess process = box.process();
    List<Long> pipe = process.numbers("pipe");
    process.put(pipe.get(0), box.path("r"));
    List<Long> readers = process.numbers("readers", box.path("r"), 20);
    readers.forEach(ProcessState::awaitInRead);

    assertThat(process.tryPut(process.memfd(""), box.path("ram"))).isEqualTo(NONE);
    assertThat(process.content(box.path("ram"))).isEmpty();

    readers.forEach(pid -> process.run("kill", pid, "SIGKILL"));
    readers.forEach(pid -> assertThat(process.text("wait", pid, 10_000)).isEqualTo("signal 9"));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void opensAreGrantedAsACounterOfClaimsWouldGrantThem(long seed, TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: n, match: { entry: ram }, opens: 3, writers: 1 } ]\n");
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    SplittableRandom random = new SplittableRandom(seed);
    List<long[]> held = new ArrayList<>(); // handle, and 1 when it writes
    for (int step = 0; step < 600; step++) {
      if (random.nextInt(5) < 2 && !held.isEmpty()) {
        process.close(held.remove(random.nextInt(held.size()))[0]);
        continue;
      }
      boolean writes = random.nextBoolean();
      long writers = held.stream().filter(each -> each[1] == 1).count();
      boolean free = held.size() < 3 && !(writes && writers == 1); // the model
      process.send("open", box.path("ram"), writes ? "O_RDWR" : "O_RDONLY");
      String answer = process.answer();
      assertThat(answer.startsWith("ok")).as("step %d: %s", step, answer).isEqualTo(free);
      if (free) {
        held.add(new long[] {Long.parseLong(answer.substring(3)), writes ? 1 : 0});
      } else {
        assertThat(answer).isEqualTo("error EBUSY");
      }
    }
  }
}
