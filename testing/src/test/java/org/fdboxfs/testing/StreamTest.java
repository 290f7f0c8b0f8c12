package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pipes, sockets, eventfds and timers behind entries. */
@Mounted
class StreamTest {
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;
  private static final int POLLHUP = 16;

  /** A pipe whose ends are entries r and w; the process keeps both ends. */
  private static List<Long> putPipe(OtherProcess process, TestBox box) {
    List<Long> ends = process.numbers("pipe");
    process.put(ends.get(0), box.path("r"));
    process.put(ends.get(1), box.path("w"));
    return ends;
  }

  @Test
  void aPipeIsReadAndWrittenThroughItsEntries(TestBox box) {
    OtherProcess giver = box.process();
    putPipe(giver, box);
    giver.close();
    OtherProcess writer = box.process();
    OtherProcess reader = box.process();
    long w = writer.open(box.path("w"), "O_WRONLY");
    long r = reader.open(box.path("r"), "O_RDONLY");

    writer.run("write", w, "through the pipe");

    assertThat(reader.text("read", r, 100)).isEqualTo("through the pipe");
  }

  @Test
  void theWrongEndOfAPipeIsRefusedWithEacces(TestBox box) {
    OtherProcess process = box.process();
    putPipe(process, box);

    assertThat(process.tryOpen(box.path("r"), "O_WRONLY")).isEqualTo("EACCES");
    assertThat(process.tryOpen(box.path("w"), "O_RDONLY")).isEqualTo("EACCES");
    assertThat(process.tryOpen(box.path("r"), "O_RDWR")).isEqualTo("EACCES");
  }

  @Test
  void aBlockedReaderGetsWhatIsWrittenLater(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess reader = box.process();
    long r = reader.open(box.path("r"), "O_RDONLY");
    reader.send("read", r, 100);
    ProcessState.awaitInRead(reader.pid());

    giver.run("write", ends.get(1), "at last");

    assertThat(reader.answer()).isEqualTo("ok at%20last");
  }

  @Test
  void aBlockedWriterGoesOnWhenThereIsRoom(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess writer = box.process();
    long w = writer.open(box.path("w"), "O_WRONLY|O_NONBLOCK");
    String block = "x".repeat(4096);
    while (writer.errno("write", w, block).equals(OtherProcess.NONE)) {}
    writer.run("setflags", w, 0);
    writer.send("write", w, "more");
    ProcessState.awaitInWrite(writer.pid());

    assertThat(giver.text("read", ends.get(0), 65536)).startsWith("xxx");

    assertThat(writer.answer()).isEqualTo("ok 4");
  }

  @Test
  void nonBlockingHandlesGetEagain(TestBox box) {
    OtherProcess process = box.process();
    putPipe(process, box);
    long r = process.open(box.path("r"), "O_RDONLY|O_NONBLOCK");
    assertThat(process.errno("read", r, 10)).isEqualTo("EAGAIN");

    process.put(process.run("eventfd", 0), box.path("event"));
    long event = process.open(box.path("event"), "O_RDWR|O_NONBLOCK");
    assertThat(process.errno("count", event)).isEqualTo("EAGAIN");
  }

  @Test
  void nonBlockingCanBeSwitchedOnAnOpenHandle(TestBox box) {
    OtherProcess process = box.process();
    putPipe(process, box);
    long r = process.open(box.path("r"), "O_RDONLY");

    process.run("setflags", r, "O_NONBLOCK");

    assertThat(process.errno("read", r, 10)).isEqualTo("EAGAIN");
  }

  @Test
  void aHandleDoesNotMakeOtherHoldersNonBlocking(TestBox box) {
    OtherProcess process = box.process();
    List<Long> ends = putPipe(process, box);

    long r = process.open(box.path("r"), "O_RDONLY|O_NONBLOCK");
    assertThat(process.errno("read", r, 10)).isEqualTo("EAGAIN");

    assertThat(process.run("flags", ends.get(0)) & 04000).isZero();
  }

  @Test
  void pollSaysWhatIsReadyAndWakesUp(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess user = box.process();
    long r = user.open(box.path("r"), "O_RDONLY");
    long w = user.open(box.path("w"), "O_WRONLY");
    assertThat(user.run("poll", r, "POLLIN", 0)).isZero();
    assertThat(user.run("poll", w, "POLLOUT", 0)).isEqualTo(POLLOUT);

    user.send("poll", r, "POLLIN", 30_000);
    ProcessState.awaitSleeping(user.pid());
    giver.run("write", ends.get(1), "x");

    assertThat(user.answer()).isEqualTo("ok " + POLLIN);
    assertThat(user.run("poll", r, "POLLIN", 30_000)).isEqualTo(POLLIN);
    assertThat(user.text("read", r, 10)).isEqualTo("x");
    assertThat(user.run("poll", r, "POLLIN", 0)).isZero();
  }

  @Test
  void pollWakesUpAgainAndAgain(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess user = box.process();
    long r = user.open(box.path("r"), "O_RDONLY");
    for (int i = 0; i < 20; i++) {
      user.send("poll", r, "POLLIN", 30_000);
      giver.run("write", ends.get(1), "x");
      assertThat(user.answer()).isEqualTo("ok " + POLLIN);
      user.text("read", r, 10);
    }
  }

  @Test
  void readersSeeTheEndWhenAllWritersAreGone(TestBox box) {
    OtherProcess giver = box.process();
    putPipe(giver, box);
    giver.close();
    OtherProcess user = box.process();
    long r = user.open(box.path("r"), "O_RDONLY");
    user.send("read", r, 10);
    ProcessState.awaitInRead(user.pid());

    box.process().run("unlink", box.path("w"));

    assertThat(user.answer()).isEqualTo("ok ");
    assertThat(user.run("poll", r, "POLLIN", 30_000) & POLLHUP).isEqualTo(POLLHUP);
  }

  @Test
  void writingWithoutReadersIsEpipeAndLeavesTheDaemonAlive(TestBox box) {
    OtherProcess giver = box.process();
    putPipe(giver, box);
    giver.close();
    OtherProcess user = box.process();
    long w = user.open(box.path("w"), "O_WRONLY");
    user.run("unlink", box.path("r"));

    assertThat(user.errno("write", w, "nobody reads this")).isEqualTo("EPIPE");

    assertThat(box.mount().isAlive()).isTrue();
    assertThat(user.stat(box.path("w")).mode()).isEqualTo("100600");
  }

  @Test
  void aSocketWithoutItsPeerIsEpipeToo(TestBox box) {
    OtherProcess process = box.process();
    List<Long> pair = process.numbers("socketpair", "SOCK_STREAM");
    process.put(pair.get(0), box.path("socket"));
    long handle = process.open(box.path("socket"), "O_RDWR");
    process.close(pair.get(1));

    assertThat(process.errno("write", handle, "x")).isEqualTo("EPIPE");
    assertThat(process.text("read", handle, 10)).isEmpty();
    assertThat(box.mount().isAlive()).isTrue();
  }

  @Test
  void aSocketTalksBothWays(TestBox box) {
    OtherProcess process = box.process();
    List<Long> pair = process.numbers("socketpair", "SOCK_STREAM");
    process.put(pair.get(0), box.path("socket"));
    OtherProcess user = box.process();
    long handle = user.open(box.path("socket"), "O_RDWR");

    user.run("write", handle, "question");
    assertThat(process.text("read", pair.get(1), 100)).isEqualTo("question");
    process.run("write", pair.get(1), "answer");
    assertThat(user.text("read", handle, 100)).isEqualTo("answer");
  }

  @Test
  void anEventfdCountsAndBlocks(TestBox box) {
    OtherProcess holder = box.process();
    long fd = holder.run("eventfd", 0);
    holder.put(fd, box.path("event"));
    OtherProcess user = box.process();
    long handle = user.open(box.path("event"), "O_RDWR");
    user.run("add", handle, 5);
    user.run("add", handle, 2);
    assertThat(holder.run("count", fd)).isEqualTo(7);

    user.send("count", handle);
    ProcessState.awaitInRead(user.pid());
    holder.run("add", fd, 3);

    assertThat(user.answer()).isEqualTo("ok 3");
    assertThat(user.errno("read", handle, 4)).isEqualTo("EINVAL");
  }

  @Test
  void aTimerWakesItsReader(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("timerfd", 50), box.path("timer"));
    long handle = process.open(box.path("timer"), "O_RDONLY");

    assertThat(process.run("count", handle)).isEqualTo(1);
  }

  @Test
  void aFullEventfdDoesNotStopOthers(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.run("eventfd", 0);
    process.put(fd, box.path("event"));
    OtherProcess writer = box.process();
    long handle = writer.open(box.path("event"), "O_RDWR");
    writer.run("add", handle, 0x7ffffffffffffffeL);
    writer.run("add", handle, 0x7ffffffffffffffeL);
    writer.send("add", handle, 100);
    ProcessState.awaitInWrite(writer.pid());

    assertThat(process.stat(box.path("event")).mode()).isEqualTo("100600");
    process.text("count", fd);

    assertThat(writer.answer()).isEqualTo("ok 8");
    assertThat(process.run("count", fd)).isEqualTo(100);
  }

  @Test
  void twoHundredBlockedReadersDoNotHoldUpAnybody(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess parent = box.process();
    List<Long> readers = parent.numbers("readers", box.path("r"), 200);
    readers.forEach(ProcessState::awaitInRead);

    OtherProcess other = box.process();
    for (int i = 0; i < 50; i++) {
      long directory = other.run("opendir", box.path());
      assertThat(other.text("names", directory).split("/")).containsExactlyInAnyOrder("r", "w");
      other.run("closedir", directory);
    }
    for (int i = 0; i < 200; i++) {
      giver.run("write", ends.get(1), "12345678");
    }
    for (long reader : readers) {
      assertThat(parent.text("wait", reader, 30_000)).isEqualTo("exit 0");
    }
  }

  @Test
  void signalsEndBlockedReadersAtOnce(TestBox box) {
    OtherProcess giver = box.process();
    putPipe(giver, box);
    OtherProcess parent = box.process();
    List<Long> all = new ArrayList<>();
    List<Long> interrupted = parent.numbers("readers", box.path("r"), 3);
    List<Long> killed = parent.numbers("readers", box.path("r"), 3);
    List<Long> handled = parent.numbers("readers", box.path("r"), 3, "handler");
    all.addAll(interrupted);
    all.addAll(killed);
    all.addAll(handled);
    all.forEach(ProcessState::awaitInRead);

    interrupted.forEach(pid -> parent.run("kill", pid, "SIGINT"));
    killed.forEach(pid -> parent.run("kill", pid, "SIGKILL"));
    handled.forEach(pid -> parent.run("kill", pid, "SIGINT"));

    interrupted.forEach(pid -> assertThat(parent.text("wait", pid, 10_000)).isEqualTo("signal 2"));
    killed.forEach(pid -> assertThat(parent.text("wait", pid, 10_000)).isEqualTo("signal 9"));
    handled.forEach(pid -> assertThat(parent.text("wait", pid, 10_000)).isEqualTo("exit 4"));
  }

  @Test
  void whatAKilledReaderWaitedForIsNotLost(TestBox box) {
    OtherProcess giver = box.process();
    List<Long> ends = putPipe(giver, box);
    OtherProcess parent = box.process();
    long reader = parent.run("readers", box.path("r"), 1);
    ProcessState.awaitInRead(reader);
    parent.run("kill", reader, "SIGKILL");
    parent.text("wait", reader, 10_000);

    giver.run("write", ends.get(1), "kept");

    assertThat(giver.text("read", ends.get(0), 10)).isEqualTo("kept");
  }

  @Test
  void truncatingAStreamWhileOpeningItDoesNothing(TestBox box) {
    OtherProcess process = box.process();
    List<Long> ends = putPipe(process, box);
    process.run("write", ends.get(1), "kept");

    assertThat(process.tryOpen(box.path("w"), "O_WRONLY|O_TRUNC")).isEqualTo(OtherProcess.NONE);

    assertThat(process.text("read", ends.get(0), 10)).isEqualTo("kept");
    assertThat(process.errno("truncate", box.path("w"), 5)).isEqualTo("EINVAL");
  }
}
