package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The character device on the nodes that CUSE serves. */
@Tag("vm")
@Mounted(options = "chardev")
class ChardevDeviceTest implements ChardevContract {
  private final Nodes nodes = new Nodes(true);

  @Override
  public Nodes nodes() {
    return nodes;
  }

  @Test
  void aSealIsLookedAtBeforeTheStruct(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_seal", node);
    assertThat(process.errno("fdbox_address", node, Nodes.GET, 0)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_address", node, Nodes.PUT, 0)).isEqualTo("EFAULT");
  }

  @Test
  void theCapabilityIsLookedAtBeforeTheStruct(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("administrator", 1000, 1000);
    process.run("dropcap", 21);
    assertThat(process.errno("fdbox_address", node, Nodes.PUT, 0)).isEqualTo("EPERM");
    assertThat(process.errno("fdbox_address", node, Nodes.GET, 0)).isEqualTo("EPERM");
  }

  /** The kernel renames no device: who has it open has the node of the old name. */
  @Test
  void aRenameEndsWhatIsOpenAndTheBoxGoesOnUnderItsNewName(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    String moved = box.boxBeside("-moved");
    process.run("rename", box.path(), moved);
    nodes.awaitNode(box, box.name() + "-moved");

    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("ENOTCONN");
    long anew = process.run("fdbox_open", nodes.directory(box), box.name() + "-moved");
    process.run("fdbox_get", anew, "ram");
  }

  /** The last close of a node waits for who serves it, which must not be who closes it. */
  @Test
  void whoPutsANodeAndClosesItMeanwhileHoldsUpNobody(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);

    process.run("fdbox_put_closing", node, nodes.path(box, box.name()), 200);

    process.run("fdbox_seal", node);
    process.run("fdbox_unseal", node);
  }

  @Test
  void whenNodesRunOutABoxIsNotMade(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    nodes.awaitNode(box, box.name());
    String prefix = box.name() + "-many";

    assertThat(process.errno("fdbox_create_many", control, prefix, 1100)).isEqualTo("EBUSY");

    long made = boxes(box, prefix);
    assertThat(made).isGreaterThanOrEqualTo(1000);
    assertThat(nodes.exists(box, prefix + (made - 1))).isTrue();
    assertThat(nodes.exists(box, prefix + made)).isFalse();
    process.run("fdbox_delete_many", control, prefix, made);
    assertThat(boxes(box, prefix)).isZero();
    process.run("fdbox_create", control, prefix);
    process.run("fdbox_delete", control, prefix);
  }

  private static long boxes(TestBox box, String prefix) throws IOException {
    try (Stream<Path> boxes = Files.list(box.mount().path())) {
      return boxes.filter(each -> each.getFileName().toString().startsWith(prefix)).count();
    }
  }
}
