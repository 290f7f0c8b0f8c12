package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.GET;
import static org.fdboxfs.testing.Nodes.PUT;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Descriptors that move in and out. */
interface ChardevPutGetContract extends ChardevSubject {
  @Test
  default void aDescriptorMovesInAndOut(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long ram = process.memfd("content");
    long twin = process.run("dup", ram);
    process.run("seek", ram, 3);

    process.run("fdbox_put", node, ram, "ram");
    assertThat(process.errno("flags", ram)).as("the client closed it").isEqualTo("EBADF");
    assertThat(process.content(box.path("ram"))).isEqualTo("content");
    Stat stat = process.stat(box.path("ram"));
    assertThat(stat.mode()).endsWith("600");
    assertThat(stat.uid()).isZero();

    OtherProcess other = box.process();
    long got = other.run("fdbox_get", nodes().open(other, box), "ram");
    assertThat(other.run("descriptor_flags", got)).as("not close-on-exec").isZero();
    assertThat(other.run("kcmp", got, process.pid(), twin)).as("the same open file").isZero();
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("ENOENT");
  }

  @Test
  default void whatTheMountPutTheDeviceGets(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.put(process.memfd("by symlink"), box.path("ram"));
    process.run("mkdir", box.path("directory"));

    assertThat(process.errno("fdbox_get", node, "directory")).isEqualTo("ENOENT");
    long ram = process.run("fdbox_get", node, "ram");
    assertThat(process.text("read", ram, 100, 0)).isEqualTo("by symlink");
  }

  @Test
  default void puttingChecksInTheOrderOfTheRfc(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long ram = process.memfd("");
    long epoll = process.run("epoll");
    process.run("fdbox_put", node, process.run("dup", ram), "there");

    assertThat(raw(process, node, PUT, 7, 999, UNTERMINATED)).as("fd").isEqualTo("EINVAL");
    assertThat(raw(process, node, PUT, 0, -1, "a")).isEqualTo("EINVAL");
    assertThat(raw(process, node, PUT, 0, process.open("/", "O_PATH"), "a")).isEqualTo("EINVAL");
    assertThat(raw(process, node, PUT, 0, epoll, UNTERMINATED))
        .as("type before name")
        .isEqualTo("EOPNOTSUPP");
    assertThat(raw(process, node, PUT, 0, epoll, "there")).isEqualTo("EOPNOTSUPP");
    assertThat(raw(process, node, PUT, 0, node, "a")).as("a node itself").isEqualTo("EOPNOTSUPP");
    assertThat(raw(process, node, PUT, 0, ram, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, node, PUT, 0, ram, "there")).isEqualTo("EEXIST");
    assertThat(raw(process, node, PUT, 7, ram, "flagged")).as("no look at flags").isEqualTo(NONE);
    process.setXattr(box.path(), STATE, "sealed");
    assertThat(raw(process, node, PUT, 0, 999, UNTERMINATED)).as("seal first").isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_put", node, ram, "sealed")).isEqualTo("EBUSY");
    assertThat(process.errno("flags", ram)).as("nothing is closed by a refusal").isEqualTo(NONE);
  }

  @Test
  default void whatOtherRulesSayComesAfterTheRfc(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "there");
    long ram = process.memfd("");
    box.policy(
        "version: 1\nrules: [ { id: no, match: { entry: 'x*' }, when: \"operation == 'put'\", deny:"
            + " EACCES } ]\nquotas: { entriesPerBox: 1 }\n");

    assertThat(raw(process, node, PUT, 0, ram, "x")).isEqualTo("EACCES");
    assertThat(raw(process, node, PUT, 0, ram, "y")).isEqualTo("EDQUOT");
    assertThat(raw(process, node, PUT, 0, ram, "there")).isEqualTo("EEXIST");
    assertThat(raw(process, node, PUT, 0, ram, "")).isEqualTo("EINVAL");
    assertThat(raw(process, node, PUT, 0, process.run("epoll"), "x")).isEqualTo("EOPNOTSUPP");
    process.run("fdbox_get", node, "there");
    process.run("fdbox_put", node, ram, "y");
  }

  @Test
  default void gettingChecksInTheOrderOfTheRfc(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    long ram = process.memfd("");
    process.run("fdbox_put", node, process.run("dup", ram), "there");

    assertThat(raw(process, node, GET, 1, 0, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, node, GET, 1, 0, "there")).as("flags first").isEqualTo("EINVAL");
    assertThat(raw(process, node, GET, 0, 0, UNTERMINATED)).as("no socket").isEqualTo("EMFILE");
    long socket = process.numbers("socketpair", "SOCK_SEQPACKET").get(0);
    assertThat(raw(process, node, GET, 0, socket, UNTERMINATED)).isEqualTo("ENOENT");
    assertThat(raw(process, node, GET, 0, socket, "nothing")).isEqualTo("ENOENT");
    assertThat(raw(process, node, GET, 0, 0, "nothing")).as("no socket").isEqualTo("EMFILE");
    assertThat(raw(process, node, GET, 0, 999, "there")).as("nothing open").isEqualTo("EMFILE");
    assertThat(raw(process, node, GET, 0, ram, "there")).as("no socket").isEqualTo("EMFILE");
    List<Long> stream = process.numbers("socketpair", "SOCK_STREAM");
    assertThat(raw(process, node, GET, 0, stream.get(0), "there")).isEqualTo("EMFILE");
    assertThat(process.errno("fdbox_get", node, "nothing")).isEqualTo("ENOENT");
    process.setXattr(box.path(), STATE, "sealed");
    assertThat(raw(process, node, GET, 1, 0, UNTERMINATED)).as("seal first").isEqualTo("EBUSY");
    process.setXattr(box.path(), STATE, "live");
    process.close(process.run("fdbox_get", node, "there"));
  }
}
