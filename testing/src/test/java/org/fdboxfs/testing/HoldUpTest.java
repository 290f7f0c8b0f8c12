package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who makes the daemon wait, waits alone. */
@Mounted
class HoldUpTest {
  private static final int USER = 1000;

  /** Fails when nobody is served within half a minute. */
  private static void assertOthersAreServed(TestBox box) {
    OtherProcess other = box.process(1001, 1001);
    Exchange exchange = Exchange.of(other, box);
    long fd = other.memfd("content");
    String name = box.name() + "/of-another";
    for (int i = 0; i < 20; i++) {
      assertThat(exchange.store(List.of(fd), name).errno()).isEqualTo(NONE);
      other.close(exchange.takeNamed(name).fd());
      other.close(exchange.ask("FDTAKE=move\n" + Exchange.named(name)).fd());
    }
  }

  private static void storeAndHangUp(TestBox box, OtherProcess process, String name) {
    List<Long> pipe = process.numbers("pipe");
    Notifier.of(process, box)
        .sendAndWait("FDSTORE=1\n" + Exchange.named(box.name() + "/" + name), pipe.get(0));
    process.close(pipe.get(1));
  }

  /**
   * A directory whose lock the kernel holds as long as the process that is returned lives: it
   * writes to a full pipe, and somebody removes that.
   */
  private static OtherProcess heldUp(TestBox box, String directory) {
    OtherProcess writer = box.process(USER, USER);
    writer.run("mkdir", directory, "0700");
    writer.put(writer.numbers("pipe").get(1), directory + "/w");
    long handle = writer.open(directory + "/w", "O_WRONLY");
    OtherProcess remover = box.process(USER, USER);
    writer.run("write", handle, "x".repeat(65_536));
    writer.send("write", handle, "x");
    ProcessState.awaitInWrite(writer.pid());
    remover.send("unlink", directory + "/w");
    ProcessState.awaitInUnlink(remover.pid());
    return writer;
  }

  @Test
  void aDirectoryThatIsInUseHoldsUpNobodyElse(TestBox box) {
    OtherProcess user = box.process(USER, USER);
    String directory = box.path("held");
    OtherProcess writer = heldUp(box, directory);
    for (int i = 0; i < 20; i++) {
      Exchange exchange = Exchange.of(user, box);
      String name = box.name() + "/held/e" + i;
      assertThat(exchange.store(List.of(user.memfd("")), name).errno()).isEqualTo(NONE);
      exchange.send((i % 2 == 0 ? "FDTAKE=move\n" : "FDSTOREREMOVE=1\n") + Exchange.named(name));
    }

    for (int i = 0; i < 20; i++) {
      storeAndHangUp(box, user, "held/p" + i);
      Notifier.of(user, box).send("FDSTOREREMOVE=1\n" + Exchange.named(box.name() + "/held/p" + i));
    }

    assertOthersAreServed(box);
    OtherProcess other = box.process(1001, 1001);
    storeAndHangUp(box, other, "watched");
    Await.until(
        "what hung up is gone", () -> other.errno("stat", box.path("watched")).equals("ENOENT"));

    writer.close();
    assertOthersAreServed(box);
  }

  @Test
  void aFileThatCannotBeClosedIsItsSendersMatter(TestBox box) throws IOException {
    try (StuckFilesystem stuck = StuckFilesystem.mount()) {
      OtherProcess user = box.process(USER, USER);
      long fd = user.open(stuck.file(), "O_RDONLY");
      String name = Exchange.named(box.name() + "/stuck");

      Await.until("nothing more is received from the user", () -> isFull(box, user, fd));
      for (int i = 0; i < 20; i++) {
        Exchange.of(user, box).send("FDTAKE=1", fd + "*253");
        Exchange.of(user, box).send("FDSTORE=1\n" + name, fd + "*253");
        Exchange.of(user, box).send("FDSTORE=1\n" + name, fd);
        Notifier.of(user, box).send("FDSTORE=1\n" + name, fd + "*253");
        Notifier.of(user, box).send("FDSTORE=1\n" + name, fd);
        assertThat(user.tryPut(fd, box.path("stuck"))).isNotEqualTo(NONE);
      }

      assertOthersAreServed(box);
      assertMemoryIsFreed(box);
      OtherProcess other = box.process(1002, 1002);
      Notifier.of(other, box)
          .sendAndWait("FDSTORE=1\n" + Exchange.named(box.name() + "/notified"), other.memfd(""));
      assertThat(other.errno("stat", box.path("notified"))).isEqualTo(NONE);
    }
  }

  /** Whether what the user sent before must be closed before more is received. */
  private static boolean isFull(TestBox box, OtherProcess user, long fd) {
    Exchange exchange = Exchange.of(user, box);
    String errno = exchange.store(List.of(fd), box.name() + "/stuck").errno();
    assertThat(errno).isIn("EOPNOTSUPP", "ENFILE");
    exchange.close();
    return errno.equals("ENFILE");
  }

  /** Memory that takes its time to be freed is closed by the daemon when it is let go. */
  private static void assertMemoryIsFreed(TestBox box) {
    OtherProcess other = box.process(1001, 1001);
    long fd = other.run("memfd", "large");
    other.run("fallocate", fd, 0, 0, 16 << 20);
    other.put(fd, box.path("large"));
    assertThat(box.mount().descriptors()).anyMatch(each -> each.contains("memfd:large"));
    other.run("unlink", box.path("large"));
    Await.until(
        "it is closed",
        () -> box.mount().descriptors().stream().noneMatch(each -> each.contains("memfd:large")));
  }

  @Test
  void anEntryThatCannotBeClosedIsRemovedAllTheSame(TestBox box) throws IOException {
    box.policy("version: 1\nkinds: { file: { allow: true } }\n");
    try (StuckFilesystem stuck = StuckFilesystem.mount()) {
      OtherProcess user = box.process(USER, USER);
      long fd = user.open(stuck.file(), "O_RDONLY");
      for (int i = 0; i < 50; i++) {
        user.put(fd, box.path("e" + i));
      }
      for (int i = 0; i < 50; i++) {
        user.run("unlink", box.path("e" + i));
      }

      assertOthersAreServed(box);
      assertMemoryIsFreed(box);
    }
  }
}
