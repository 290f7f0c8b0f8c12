package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.PUT;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;

/** Who may call. */
interface ChardevCallerContract extends ChardevSubject {
  @Test
  default void boxesAreForAdministratorsOnly(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    int capSysAdmin = 21;
    process.run("dropcap", capSysAdmin);

    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("EPERM");
    assertThat(raw(process, node, PUT, 0, 999, UNTERMINATED)).isEqualTo("EPERM");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EPERM");
    assertThat(raw(process, node, CREATE, 0, 0, "x")).as("before EINVAL").isEqualTo("EPERM");
    assertThat(process.errno("fdbox_address", node, 0x2e3f, 0)).isEqualTo("EPERM");
    String made = box.name() + "-made";
    box.boxBeside("-made");
    assertThat(process.errno("fdbox_create", control, made))
        .as("control asks for no capability")
        .isEqualTo(NONE);
  }
}
