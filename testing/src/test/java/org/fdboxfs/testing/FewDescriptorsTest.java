package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A daemon that may have few descriptors: what users do without any must not take more. */
class FewDescriptorsTest {
  private static final int LIMIT = 512;

  private final Mount mount = Mount.startWithDescriptors(LIMIT);

  @BeforeAll
  static void requireFuse() {
    MountedTest.requireFuse();
  }

  @AfterEach
  void unmount() throws IOException {
    mount.close();
  }

  @Test
  void moreHandlesAreWaitedForThanThereAreDescriptors() throws IOException {
    try (TestBox box = new TestBox(mount)) {
      OtherProcess process = box.process(1000, 1000);
      process.put(process.run("eventfd", 0), box.path("event"));
      long waiting = process.run("open_and_wait", box.path("event"), "O_RDONLY", 2 * LIMIT);
      OtherProcess other = box.process(1001, 1001);
      List<Long> pipe = other.numbers("pipe");
      other.put(pipe.get(0), box.path("pipe"));
      long handle = other.open(box.path("pipe"), "O_RDONLY");

      other.send("read", handle, 10);
      ProcessState.awaitInRead(other.pid());
      OtherProcess writer = box.process();
      long end = writer.run("getfd", other.pid(), pipe.get(1));
      writer.run("write", end, "x");

      assertThat(other.answer()).isEqualTo("ok x");
      long event = process.open(box.path("event"), "O_WRONLY");
      process.run("add", event, 1);
      assertThat(process.run("ready", waiting, 30_000)).isPositive();
    }
    assertThat(mount.bugs()).isEmpty();
  }
}
