package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The character device on files of the mount. */
@Mounted(options = "chardev")
class ChardevFilesTest implements ChardevContract {
  private final Nodes nodes = new Nodes(false);

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Test
  void theDirectoryIsListed(TestBox box) {
    OtherProcess process = box.process();
    long directory = process.run("opendir", nodes.directory(box));
    assertThat(process.text("names", directory)).contains("fdbox/").contains(box.name() + "/");
    assertThat(process.fstat(process.open(nodes.directory(box), "O_DIRECTORY")).inode())
        .isEqualTo(process.stat(nodes.directory(box)).inode());
    process.run("closedir", directory);
  }

  @Test
  void theNumbersOfTheRfcDoNotTellTheSizeAndAreEinval(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    assertThat(process.errno("fdbox_bytes", control, CREATE, "x".repeat(264))).isEqualTo("EINVAL");
  }

  /** On nodes, a rename ends what is open: the kernel has no other way to rename a device. */
  @Test
  void aHandleIsOfItsBoxWhateverThatIsCalled(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    String other = box.boxBeside("-other");
    process.run("mkdir", other);

    List<Long> counts =
        process.numbers("fdbox_swap", node, box.path(), other, box.boxBeside("-third"), 500);

    assertThat(counts.get(0)).as("puts in the other box").isZero();
    assertThat(counts.get(1)).as("failed").isZero();
  }

  @Test
  void theStructIsCopiedBeforeAnythingIsLookedAt(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("administrator", 1000, 1000);
    process.run("dropcap", 21);

    assertThat(process.errno("fdbox_address", node, Nodes.PUT, 0)).isEqualTo("EFAULT");
    assertThat(process.errno("fdbox_address", node, Nodes.GET, 0)).isEqualTo("EFAULT");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EPERM");
  }

  @Test
  void otherFilesOfTheMountKnowNoneOfTheIoctls(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    List<Long> others =
        List.of(
            process.open(box.path("ram"), "O_RDWR"),
            process.open(box.path(), "O_RDONLY"),
            process.open(nodes.directory(box), "O_RDONLY"),
            process.open(box.mount().control("status"), "O_RDONLY"));
    for (long other : others) {
      assertThat(process.errno("fdbox_bytes", other, nodes.number(CREATE), "x".repeat(264)))
          .isEqualTo("ENOTTY");
      assertThat(process.errno("fdbox_bytes", other, Nodes.SEAL, "")).isEqualTo("ENOTTY");
    }
    others.forEach(process::close);
  }

  /** What has arrived is then all that is left. */
  @Test
  void whoConfirmsToADaemonThatIsGoneKeepsWhatItHas() throws IOException {
    MountedTest.requireFuse();
    Mount mount = Mount.start("chardev", "");
    try (TestBox box = new TestBox(mount)) {
      OtherProcess process = box.process();
      long node = nodes.open(process, box);
      process.run("fdbox_put", node, process.memfd("last"), "ram");
      long socket = process.run("fdbox_ask", node, "ram");
      long received = process.run("fdbox_receive", socket);
      process.run("kill", mount.pid(), "SIGKILL");
      Await.until("the daemon is gone", () -> !mount.isAlive());

      process.run("fdbox_confirm", socket);

      assertThat(process.text("read", received, 10, 0)).isEqualTo("last");
      assertThat(process.errno("fdbox_get", node, "ram")).isIn("ENOTCONN", "ECONNABORTED");
    } finally {
      mount.closeDead();
    }
  }

  @Test
  void nothingElseIsDoneInTheDirectory(TestBox box) {
    OtherProcess process = box.process();
    String node = nodes.path(box, box.name());
    assertThat(process.errno("unlink", node)).isEqualTo("EPERM");
    assertThat(process.errno("mkdir", nodes.path(box, "x"))).isEqualTo("EPERM");
    assertThat(process.errno("chmod", node, "0666")).isEqualTo("EPERM");
    assertThat(process.tryPut(process.memfd(""), nodes.path(box, "x"))).isEqualTo("EPERM");
  }
}
