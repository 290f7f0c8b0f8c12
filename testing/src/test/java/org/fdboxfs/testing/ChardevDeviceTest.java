package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The character device on the nodes that CUSE serves. */
@Tag("vm")
@Mounted(options = "chardev")
class ChardevDeviceTest extends ChardevContract {
  ChardevDeviceTest() {
    super(new Nodes(true));
  }

  @Test
  void aSealIsLookedAtBeforeTheStruct(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_seal", node);
    assertThat(process.errno("fdbox_address", node, Nodes.GET, 0)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_address", node, Nodes.PUT, 0)).isEqualTo("EFAULT");
  }
}
