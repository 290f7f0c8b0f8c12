package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Memory whose reads and writes go past the daemon. */
@Mounted(options = "passthrough=no")
class ForwardedMemoryTest extends MemoryContract {
  @Test
  void theStatusSaysThatPassthroughIsOff(TestBox box) {
    assertThat(box.mount().status().getAsJsonObject("features").get("passthrough").getAsBoolean())
        .isFalse();
  }

  @Test
  void sharedMappingsAreRefusedWithEnodev(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x".repeat(4096)), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");

    assertThat(process.errno("map", handle, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED"))
        .isEqualTo("ENODEV");
    assertThat(process.errno("map", handle, 4096, "PROT_READ", "MAP_SHARED")).isEqualTo("ENODEV");
  }
}
