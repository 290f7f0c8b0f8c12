package org.fdboxfs.app.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.app.host.MountTable.Mount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountTableTest {
  private static final String TEXT =
      """
      21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
      30 21 0:39 / /run/box rw,relatime shared:2 master:3 - fuse.fdboxfs fdboxfs rw,user_id=0
      31 21 0:40 / /run/my\\040box\\134\\011x rw - fuse.fdboxfs a\\040name rw
      32 30 0:41 / /run/box/inner rw - tmpfs tmpfs rw
      33 21 0:42 / /run/over rw - fuse.fdboxfs fdboxfs rw
      34 33 0:43 / /run/over rw - tmpfs tmpfs rw
      nonsense
      """;

  private final MountTable table = MountTable.parse(TEXT);

  @Test
  void escapesAreDecoded() {
    assertThat(table.fdboxfs())
        .containsExactly(
            new Mount("0:39", "/run/box", "fuse.fdboxfs", "fdboxfs", "rw,user_id=0"),
            new Mount("0:40", "/run/my box\\\tx", "fuse.fdboxfs", "a name", "rw"),
            new Mount("0:42", "/run/over", "fuse.fdboxfs", "fdboxfs", "rw"));
  }

  @Test
  void theKernelTellsWhoMounted() {
    assertThat(table.fdboxfsAt("/run/box").orElseThrow().number("user_id")).hasValue(0);
    assertThat(table.fdboxfsAt("/run/box").orElseThrow().number("group_id")).isEmpty();
  }

  @ParameterizedTest(name = "{0} lies on {1}")
  @CsvSource({
    "/run/box/vm1/ram, /run/box",
    "/run/box, /run/box",
    "/run/boxes, /",
    "/run/box/inner/x, /run/box/inner",
    "/, /"
  })
  void theDeepestMountContainsAPath(String path, String mountpoint) {
    assertThat(table.containing(path)).map(Mount::mountpoint).contains(mountpoint);
  }

  @Test
  void aMountUnderAnotherOneIsNotSeen() {
    assertThat(table.fdboxfsAt("/run/over")).isEmpty();
    assertThat(table.fdboxfsAt("/run/box")).isPresent();
    assertThat(table.fdboxfsAt("/run/box/inner")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"a\\040b, a b", "\\134040, \\040", "a\\04, a\\04", "a\\, a\\", "\\999, \\999"})
  void onlyWholeEscapesAreDecoded(String field, String text) {
    assertThat(MountTable.decode(field)).isEqualTo(text);
  }
}
