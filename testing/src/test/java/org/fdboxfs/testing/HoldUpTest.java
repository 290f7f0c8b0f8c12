package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

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

    assertOthersAreServed(box);

    writer.close();
    assertOthersAreServed(box);
  }
}
