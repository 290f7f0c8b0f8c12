package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.GET;

import org.junit.jupiter.api.Test;

/** The steps of GET_FD: asked for, received, confirmed; and what comes between them. */
interface ChardevDeliveryContract extends ChardevSubject {
  @Test
  default void anotherProcessesSocketIsNotDeliveredTo(TestBox box) {
    OtherProcess victim = box.process();
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    long foreign = victim.numbers("socketpair", "SOCK_SEQPACKET").get(0);
    long inherited = process.run("getfd", victim.pid(), foreign);

    assertThat(raw(process, node, GET, 0, inherited, "ram")).isEqualTo("EMFILE");
  }

  @Test
  default void whatIsNotConfirmedStays(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    OtherProcess doomed = box.process();
    long socket = doomed.run("fdbox_ask", nodes().open(doomed, box), "ram");

    assertThat(process.errno("fdbox_get", node, "ram")).as("on its way").isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EBUSY");
    doomed.run("fdbox_receive", socket);
    doomed.close();

    Await.until(
        "the claim ends", () -> process.xattr(box.path("ram"), "user.fdbox.claims").equals("0"));
    assertThat(process.content(box.path("ram"))).isEqualTo("kept");
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void whoHasNoRoomForItLosesNothing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    long next = process.run("dup", node);
    process.close(next);
    process.run("limit", next + 2);
    long first = process.run("dup", node);
    assertThat(process.errno("fdbox_get", node, "ram")).as("no pair").isEqualTo("EMFILE");
    process.close(first);
    process.run("limit", 256);

    Await.until(
        "the claim ends", () -> process.xattr(box.path("ram"), "user.fdbox.claims").equals("0"));
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void aSealThatComesBetweenKeepsTheEntry(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    long socket = process.run("fdbox_ask", node, "ram");
    process.run("fdbox_receive", socket);
    process.setXattr(box.path(), STATE, "sealed-force");

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("EBUSY");

    process.stat(box.path("ram"));
    process.run("fdbox_unseal", node);
    process.run("fdbox_get", node, "ram");
  }

  @Test
  default void anEntryThatIsRemovedMeanwhileIsGone(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "ram");
    long socket = process.run("fdbox_ask", node, "ram");
    process.run("fdbox_receive", socket);
    process.run("unlink", box.path("ram"));

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("ENOENT");
  }
}
