package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.PUT;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(process.content(box.mount().control("denials")))
        .contains("\"path\":\"/" + box.name() + "\"", "\"rule\":\"chardev\"", "EPERM");
    String made = box.name() + "-made";
    box.boxBeside("-made");
    assertThat(process.errno("fdbox_create", control, made))
        .as("control asks for no capability")
        .isEqualTo(NONE);
  }

  /** However the caller came about, the descriptors of its own table are meant. */
  @ParameterizedTest
  @ValueSource(strings = {"thread", "unshared", "vfork", "forked", "in_pid_namespace", "sandboxed"})
  default void aCallerIsAThreadWithItsTable(String caller, TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long ram = process.memfd("content");

    process.run(caller, "fdbox_put", node, ram, "ram");
    assertThat(process.content(box.path("ram"))).isEqualTo("content");
    process.run(caller, "fdbox_get", node, "ram");
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
    process.run(caller, "fdbox_seal", node);
    process.run("fdbox_unseal", node);
  }

  @Test
  default void capabilitiesOfAnotherUserNamespaceDoNotCount(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");

    assertThat(process.errno("as_namespace_root", "fdbox_get", node, "ram")).isEqualTo("EPERM");
    assertThat(process.errno("as_namespace_root", "fdbox_seal", node)).isEqualTo("EPERM");
    process.run("fdbox_get", node, "ram");
  }

  /** What is open stays open when its user changes: then the user makes boxes, as with mkdir. */
  @Test
  default void whoWasGivenTheControlNodeMakesBoxesOfItsOwn(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    process.run("user", 1000, 1000);
    String own = box.name() + "-own";
    String path = box.boxBeside("-own");

    process.run("fdbox_create", control, own);
    assertThat(process.stat(path).uid()).isEqualTo(1000);
    assertThat(process.errno("fdbox_delete", control, box.name())).isEqualTo("EPERM");
    process.run("fdbox_delete", control, own);
  }

  /** The kernel has compared the mode of the node, and not of the box. */
  @Test
  default void aBoxOfAnotherIsForWhoMayOverrideItsMode(TestBox box) {
    OtherProcess owner = box.process();
    long control = nodes().control(owner, box);
    owner.run("user", 1000, 1000);
    String name = box.name() + "-own";
    String path = box.boxBeside("-own");
    owner.run("fdbox_create", control, name);
    owner.put(owner.memfd(""), path + "/ram");
    nodes().awaitNode(box, name);
    OtherProcess root = box.process();
    long node = root.run("fdbox_open", nodes().directory(box), name);

    root.run("fdbox_put", node, root.run("fdbox_get", node, "ram"), "ram");
    root.run("administrator", 0, 0);
    assertThat(root.errno("fdbox_put", node, root.memfd(""), "x")).isEqualTo("EACCES");
    assertThat(root.errno("fdbox_get", node, "ram")).isEqualTo("EACCES");
    assertThat(root.errno("fdbox_get", node, "x")).as("nor told").isEqualTo("EACCES");
    assertThat(root.errno("fdbox_seal", node)).isEqualTo("EACCES");
  }
}
