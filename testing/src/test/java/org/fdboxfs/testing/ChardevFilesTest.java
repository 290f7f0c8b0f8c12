package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;

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
