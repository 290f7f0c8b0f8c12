package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.DELETE;
import static org.fdboxfs.testing.Nodes.PUT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boxes as nodes: made, deleted and renamed on either side. */
interface ChardevBoxContract extends ChardevSubject {
  @Test
  default void theNodesAreOfRootAlone(TestBox box) {
    OtherProcess process = box.process();
    nodes().awaitNode(box, box.name());
    for (String name : List.of("fdbox", box.name())) {
      Stat stat = process.stat(nodes().path(box, name));
      assertThat(stat.mode()).as(name).endsWith("600");
      assertThat(stat.uid()).as(name).isZero();
    }
    assertThat(box.process(1000, 1000).errno("fdbox_open", nodes().directory(box), "fdbox"))
        .isEqualTo("EACCES");
  }

  @Test
  default void boxesOfEitherSideAreOnBoth(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    String made = box.name() + "-made";
    box.boxBeside("-made");

    process.run("fdbox_create", control, made);
    assertThat(nodes().exists(box, made)).as("at once").isTrue();
    assertThat(process.stat(box.mount().path() + "/" + made).mode()).endsWith("700");
    assertThat(process.errno("fdbox_create", control, made)).isEqualTo("EEXIST");
    assertThat(process.errno("fdbox_create", control, box.name())).isEqualTo("EEXIST");

    process.run("fdbox_delete", control, made);
    assertThat(nodes().exists(box, made)).isFalse();
    assertThat(process.errno("stat", box.mount().path() + "/" + made)).isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_delete", control, made)).isEqualTo("ENOENT");

    String other = box.boxBeside("-other");
    process.run("mkdir", other);
    nodes().awaitNode(box, box.name() + "-other");
    process.run("rename", other, box.boxBeside("-moved"));
    nodes().awaitNode(box, box.name() + "-moved");
    nodes().awaitNoNode(box, box.name() + "-other");
    process.run("rmdir", box.mount().path() + "/" + box.name() + "-moved");
    nodes().awaitNoNode(box, box.name() + "-moved");
  }

  @Test
  default void creatingChecksInTheOrderOfTheRfc(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);

    assertThat(raw(process, control, CREATE, 1, 0, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, control, CREATE, 1L << 63, 0, box.name())).isEqualTo("EINVAL");
    assertThat(raw(process, control, CREATE, 0, 0, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, control, CREATE, 0, 0, box.name())).isEqualTo("EEXIST");
    assertThat(raw(process, control, DELETE, 1, 0, box.name())).isEqualTo("EINVAL");
    assertThat(raw(process, control, DELETE, 0, 0, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, control, DELETE, 0, 0, "no such box")).isEqualTo("ENOENT");
    assertThat(Files.exists(Path.of(box.path()))).isTrue();
  }

  @Test
  default void deletingTakesWhatIsInIt(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    process.put(process.memfd(""), box.path("ram"));
    process.run("mkdir", box.path("directory"));
    process.put(process.run("eventfd", 0), box.path("directory/event"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.run("write", handle, "kept", 0);
    process.setXattr(box.path(), STATE, "sealed-force");

    process.run("fdbox_delete", control, box.name());

    assertThat(process.errno("stat", box.path())).isEqualTo("ENOENT");
    assertThat(process.text("read", handle, 10, 0)).as("who has it open").isEqualTo("kept");
    process.close(handle);
  }

  @Test
  default void deletingIsAllOrNothing(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    process.put(process.memfd(""), box.path("a"));
    process.put(process.memfd(""), box.path("b"));
    process.setXattr(box.path(), STATE, "sealed");
    box.policy(
        "version: 1\nrules: [ { id: keep, match: { entry: b }, when: \"operation == 'remove'\","
            + " deny: EACCES } ]\n");

    assertThat(process.errno("fdbox_delete", control, box.name())).isEqualTo("EACCES");

    assertThat(process.xattr(box.path(), STATE)).isEqualTo("sealed");
    process.stat(box.path("a"));
    process.stat(box.path("b"));
  }

  @Test
  default void handlesOnADeletedBoxAreNotTheNextOfItsName(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    long old = nodes().open(process, box);

    process.run("fdbox_delete", control, box.name());
    assertThat(process.errno("fdbox_seal", old)).isEqualTo("ENOTCONN");
    process.run("fdbox_create", control, box.name());
    assertThat(process.errno("fdbox_seal", old)).isEqualTo("ENOTCONN");
    assertThat(raw(process, old, PUT, 0, process.memfd(""), "x")).isEqualTo("ENOTCONN");
    long anew = nodes().open(process, box);
    process.run("fdbox_seal", anew);
  }

  @Test
  default void sealingAndUnsealing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    long handle = process.open(box.path("ram"), "O_RDONLY");

    assertThat(process.errno("fdbox_unseal", node)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_seal", node)).as("somebody has it open").isEqualTo("EBUSY");
    process.close(handle);
    awaitSealed(process, node);
    assertThat(process.xattr(box.path(), STATE)).isEqualTo("sealed");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("EBUSY");
    process.run("fdbox_unseal", node);
    assertThat(process.errno("fdbox_unseal", node)).isEqualTo("EBUSY");
    process.run("fdbox_get", node, "ram");
  }

  /** As with fdboxfs seal: what was taken is looked for when it matters, and not before. */
  @Test
  default void aBoxIsSealedOnceNobodyHasWhatWasTaken(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long node = nodes().open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    box.policy("version: 1\nrules: [ { id: once, match: { entry: ram }, opens: 1 } ]\n");
    OtherProcess taker = box.process();
    Exchange exchange = Exchange.of(taker, box);
    long handle = taker.open(box.path("ram"), "O_RDWR");
    long taken = exchange.take(handle).fd();
    taker.close(handle);

    assertThat(process.errno("fdbox_seal", node)).as("it is in use").isEqualTo("EBUSY");
    taker.close(taken);
    awaitSealed(process, node);
    process.run("fdbox_unseal", node);
  }

  /** Seals it when the kernel has told of the close of a handle, which it does in its own time. */
  private static void awaitSealed(OtherProcess process, long node) {
    Await.until("it is sealed", () -> process.errno("fdbox_seal", node).equals(OtherProcess.NONE));
  }

  @Test
  default void aBoxThatTheRulesRefuseIsNotMade(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    box.policy(
        "version: 1\nrules: [ { id: no, match: { box: '*-no' }, when: \"operation == 'mkdir'\","
            + " deny: EACCES } ]\n");

    assertThat(process.errno("fdbox_create", control, box.name() + "-no")).isEqualTo("EACCES");
    assertThat(nodes().exists(box, box.name() + "-no")).isFalse();
  }

  @Test
  default void aThousandBoxesAreServedByTheSameThreads(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes().control(process, box);
    nodes().awaitNode(box, box.name());
    int threads = ProcessState.threads(box.mount().pid());
    String prefix = box.name() + "-many";
    int many = 1000;

    process.run("fdbox_create_many", control, prefix, many);
    assertThat(nodes().exists(box, prefix + 999)).isTrue();
    assertThat(ProcessState.threads(box.mount().pid()) - threads).as("threads").isLessThan(8);
    long last = process.run("fdbox_open", nodes().directory(box), prefix + 999);
    process.run("fdbox_put", last, process.memfd("x"), "ram");
    process.run("fdbox_get", last, "ram");
    process.run("fdbox_delete_many", control, prefix, many);
    assertThat(nodes().exists(box, prefix + 0)).isFalse();
  }

  @Test
  default void aMountWithoutNodesSaysSoAndServesItsFiles(TestBox box) throws IOException {
    Path place = Files.createTempDirectory("fdboxfs-second");
    String why = nodes().cuse() ? "is there already, of another mount" : "/dev/cuse is missing";
    try {
      Command.Result mounted = Command.fdboxfs("mount", "--chardev", place.toString());
      assertThat(mounted.status()).isZero();
      assertThat(mounted.line()).contains("there is no /dev/fdbox").contains(why);
      assertThat(Files.exists(place.resolve(".fdbox/chardev/fdbox"))).isTrue();
      assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();
      assertThat(Command.fdboxfs("mount", place.toString()).output()).isEmpty();
      assertThat(Files.exists(place.resolve(".fdbox/chardev"))).as("not asked for").isFalse();
    } finally {
      Command.fdboxfs("umount", "--lazy", place.toString());
      Mount.remove(place);
    }
    assertThat(nodes().exists(box, "fdbox")).isTrue();
  }
}
