package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The test machine has what this system may lack, and fdboxfs uses it there. */
@Tag("vm")
@Mounted
class MachineTest {
  @ParameterizedTest
  @ValueSource(strings = {"cuse", "iommu", "vfio/vfio", "liveupdate"})
  void theNodesAreThere(String node) {
    assertThat(Files.exists(Path.of("/dev", node))).isTrue();
  }

  @Test
  void memoryIsPassedThrough(TestBox box) {
    assertThat(box.mount().status().getAsJsonObject("features").get("passthrough").getAsBoolean())
        .isTrue();
    OtherProcess process = box.process();
    process.put(process.memfd("in the machine"), box.path("ram"));

    assertThat(process.content(box.path("ram"))).isEqualTo("in the machine");
  }

  @ParameterizedTest
  @CsvSource({"iommu,iommufd", "udmabuf,unknown"})
  void whatIsOpenedFromANodeIsRecognised(String node, String kind, TestBox box) throws Exception {
    box.policy("version: 1\nkinds: { unknown: { allow: true } }\n");
    OtherProcess process = box.process();
    process.put(process.open("/dev/" + node, "O_RDWR"), box.path("it"));

    assertThat(process.xattr(box.path("it"), "user.fdbox.kind")).isEqualTo(kind);
  }
}
