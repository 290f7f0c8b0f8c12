package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A single-open entry is taken as long as who took its descriptor has that, and no longer. */
@Mounted
class LeaseTest {
  private static final String ONE_AT_A_TIME =
      "version: 1\nrules: [ { id: one, match: { entry: \"one*\" }, opens: 1 } ]\n";

  private long orphan;

  @AfterEach
  void endOrphan() {
    if (orphan != 0) {
      ProcessHandle.of(orphan).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Puts an entry "one"; the process keeps its own descriptor. */
  private static OtherProcess giver(TestBox box, String kind) throws IOException {
    box.policy(ONE_AT_A_TIME);
    OtherProcess giver = box.process();
    long fd = kind.equals("memfd") ? giver.memfd("content") : giver.run("eventfd", 0);
    giver.put(fd, box.path("one"));
    giver.run("chmod", box.path("one"), "0666");
    return giver;
  }

  /** Takes "one" by a handle that is closed then; the descriptor. */
  private static long take(TestBox box, OtherProcess taker) {
    long handle = taker.open(box.path("one"), "O_RDWR");
    long fd = Exchange.of(taker, box).take(handle).fd();
    taker.close(handle);
    return fd;
  }

  private static void assertTaken(TestBox box, OtherProcess other) {
    assertThat(other.tryOpen(box.path("one"), "O_RDWR")).isEqualTo("EBUSY");
    Exchange exchange = Exchange.of(other, box);
    assertThat(exchange.takeNamed(box.name() + "/one").errno()).isEqualTo("EBUSY");
    exchange.close();
    assertThat(other.xattr(box.path("one"), "user.fdbox.claims")).isEqualTo("1");
  }

  private static void assertFree(TestBox box, OtherProcess other) {
    assertThat(other.tryOpen(box.path("one"), "O_RDWR")).isEqualTo(NONE);
    assertThat(other.xattr(box.path("one"), "user.fdbox.claims")).isEqualTo("0");
  }

  @Test
  void takesForLessUseFewDescriptorsOfTheDaemon(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "memfd");
    box.policy(ONE_AT_A_TIME.replace("opens: 1", "opens: 1000"));
    OtherProcess greedy = box.process(1000, 1000);
    Exchange exchange = Exchange.of(greedy, box);
    int before = box.mount().descriptors().size();

    String errno = NONE;
    int handles = 0;
    while (errno.equals(NONE) && handles++ < 100) {
      errno = takeForReading(box, exchange, 60);
    }

    assertThat(errno).isEqualTo("ENFILE");
    assertThat(box.mount().descriptors().size() - before).isLessThan(500);
    assertThat(takeForReading(box, Exchange.of(box.process(1001, 1001), box), 60)).isEqualTo(NONE);
    assertThat(giver.xattr(box.path("one"), "user.fdbox.claims"))
        .isEqualTo(String.valueOf(handles + 1));
    greedy.close();
    assertThat(giver.xattr(box.path("one"), "user.fdbox.claims")).isEqualTo("1");
    assertThat(takeForReading(box, Exchange.of(box.process(1000, 1000), box), 60)).isEqualTo(NONE);
  }

  /** Takes for less than was put by a new handle, again and again; the first errno. */
  private static String takeForReading(TestBox box, Exchange exchange, int times) {
    OtherProcess taker = exchange.process();
    long handle = taker.open(box.path("one"), "O_RDONLY");
    for (int i = 0; i < times; i++) {
      Exchange.Reply reply = exchange.take(handle);
      if (!reply.errno().equals(NONE)) {
        return reply.errno();
      }
      taker.close(reply.fd());
    }
    return NONE;
  }

  @ParameterizedTest
  @ValueSource(strings = {"eventfd", "memfd"})
  void itIsTakenUntilTheDescriptorIsClosed(String kind, TestBox box) throws IOException {
    OtherProcess giver = giver(box, kind);
    OtherProcess taker = box.process(1000, 1000);

    long fd = take(box, taker);

    assertTaken(box, giver);
    assertTaken(box, box.process(1001, 1001));
    assertThat(taker.tryOpen(box.path("one"), "O_RDWR")).as("the taker too").isEqualTo("EBUSY");
    taker.close(fd);
    assertFree(box, box.process(1001, 1001));
    assertFree(box, giver);
  }

  @Test
  void itIsFreeForATakeAsSoonAsForAnOpen(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    taker.close(take(box, taker));

    assertThat(Exchange.of(giver, box).takeNamed(box.name() + "/one").errno()).isEqualTo(NONE);
  }

  @Test
  void theHandleCountsWithoutTheDescriptor(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    long handle = taker.open(box.path("one"), "O_RDWR");

    taker.close(Exchange.of(taker, box).take(handle).fd());

    assertTaken(box, giver);
    taker.close(handle);
    assertFree(box, giver);
  }

  @Test
  void aDuplicateCounts(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    long fd = take(box, taker);
    long duplicate = taker.run("dup", fd);

    taker.close(fd);

    assertTaken(box, giver);
    taker.close(duplicate);
    assertFree(box, giver);
  }

  @Test
  void aChildKeepsItAfterItsParentHasEnded(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    take(box, taker);
    orphan = taker.run("orphan");

    taker.close();

    assertTaken(box, giver);
    assertTaken(box, giver);
    giver.run("kill", orphan, "SIGKILL");
    Await.until("the child is gone", () -> ProcessState.isGone(orphan));
    assertFree(box, giver);
  }

  @Test
  void aChildKeepsItWhenItsParentHasLetGo(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    long fd = take(box, taker);
    long child = taker.run("child");

    taker.close(fd);

    assertTaken(box, giver);
    taker.run("kill", child, "SIGKILL");
    taker.text("wait", child, 10_000);
    assertFree(box, giver);
  }

  @Test
  void whoHasItFromTheTakerCounts(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    OtherProcess third = box.process();
    long fd = take(box, taker);
    taker.put(fd, box.path("passed-on"));
    long passedOn = Exchange.of(third, box).takeNamed(box.name() + "/passed-on").fd();

    taker.close(fd);

    assertTaken(box, giver);
    third.close(passedOn);
    assertFree(box, giver);
  }

  @Test
  void aProgramThatReplacesTheTakerHasWhatExecLeaves(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    long fd = take(box, taker);

    taker.run("exec");

    assertTaken(box, giver);
    taker.close(fd);
    assertFree(box, giver);
    taker.run("closeonexec", take(box, taker));
    assertTaken(box, giver);
    taker.run("exec");
    assertFree(box, giver);
  }

  @Test
  void aTakerThatIsKilledFreesIt(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    take(box, taker);
    assertTaken(box, giver);

    taker.close();

    assertFree(box, giver);
  }

  @Test
  void thoseWhoHadItBeforeDoNotCount(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    giver.run("child");
    OtherProcess taker = box.process();
    long fd = take(box, taker);
    assertTaken(box, giver);

    taker.close(fd);

    assertFree(box, giver);
  }

  @Test
  void whoTookWhatItHadPutCountsAsLongAsItHasIt(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    long fd = take(box, giver);

    giver.close(fd);

    assertTaken(box, box.process());
    giver.close();
    assertFree(box, box.process());
  }

  @Test
  void allWhoTookByOneHandleCount(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess first = box.process();
    long handle = first.open(box.path("one"), "O_RDWR");
    long fd = Exchange.of(first, box).take(handle).fd();
    OtherProcess second = box.process();
    long copy = second.run("getfd", first.pid(), handle);
    long copied = Exchange.of(second, box).take(copy).fd();
    first.close(handle);
    second.close(copy);

    first.close(fd);
    assertTaken(box, giver);
    second.close(copied);
    assertFree(box, giver);
  }

  @Test
  void memoryThatWasOpenedAnewCounts(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "memfd");
    OtherProcess taker = box.process();
    long handle = taker.open(box.path("one"), "O_RDONLY");
    long fd = Exchange.of(taker, box).take(handle).fd();

    taker.close(handle);

    assertTaken(box, giver);
    taker.close(fd);
    assertFree(box, giver);
  }

  @Test
  void byNameTheDescriptorCountsWhenTheConnectionIsClosed(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    Exchange exchange = Exchange.of(taker, box);
    long fd = exchange.takeNamed(box.name() + "/one").fd();

    exchange.close();

    assertTaken(box, giver);
    taker.close(fd);
    Await.until("it is free", () -> giver.tryOpen(box.path("one"), "O_RDWR").equals(NONE));
  }

  @Test
  void writersAreCountedLikewise(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "memfd");
    box.policy("version: 1\nrules: [ { id: w, match: { entry: one }, writers: 1 } ]\n");
    OtherProcess taker = box.process();
    long fd = take(box, taker);

    assertThat(giver.tryOpen(box.path("one"), "O_RDWR")).isEqualTo("EBUSY");
    assertThat(giver.tryOpen(box.path("one"), "O_RDONLY")).isEqualTo(NONE);
    taker.close(fd);
    assertThat(giver.tryOpen(box.path("one"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void withoutALimitNothingLingers(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    box.policy("version: 1\n");
    OtherProcess taker = box.process();

    take(box, taker);

    assertThat(giver.xattr(box.path("one"), "user.fdbox.claims")).isEqualTo("0");
  }

  @Test
  void anEntryThatIsRemovedIsFreeOfItsTakers(TestBox box) throws IOException {
    OtherProcess giver = giver(box, "eventfd");
    OtherProcess taker = box.process();
    take(box, taker);
    giver.run("rename", box.path("one"), box.path("one-moved"));
    assertThat(giver.tryOpen(box.path("one-moved"), "O_RDWR")).isEqualTo("EBUSY");

    giver.run("unlink", box.path("one-moved"));

    giver.put(giver.run("eventfd", 0), box.path("one-moved"));
    assertThat(giver.tryOpen(box.path("one-moved"), "O_RDWR")).isEqualTo(NONE);
    assertThat(box.mount().metric("fdboxfs_claims")).isZero();
  }

  @Test
  void theStatusNamesTheTakerAndForgetsIt(TestBox box) throws IOException {
    giver(box, "eventfd");
    OtherProcess taker = box.process();
    long fd = take(box, taker);

    assertThat(StatusFile.entry(box, "one").getAsJsonArray("claimants")).hasSize(1);
    assertThat(
            StatusFile.entry(box, "one")
                .getAsJsonArray("claimants")
                .get(0)
                .getAsJsonObject()
                .get("pid")
                .getAsLong())
        .isEqualTo(taker.pid());
    taker.close(fd);
    assertThat(StatusFile.entry(box, "one").getAsJsonArray("claimants")).isEmpty();
  }

  @Test
  void neverHaveTwoTheDescriptorAtATime(TestBox box) throws IOException {
    OtherProcess process = giver(box, "eventfd");

    List<Long> counts =
        process.numbers("fight_taking", box.path("one"), box.mount().control("exchange"), 4, 300);

    assertThat(counts.get(0)).as("granted").isPositive();
    assertThat(counts.get(2)).as("other errors").isZero();
    assertThat(counts.get(3)).as("two holders at a time").isZero();
  }
}
