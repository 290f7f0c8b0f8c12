package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.Nodes.CREATE;
import static org.fdboxfs.testing.Nodes.DELETE;
import static org.fdboxfs.testing.Nodes.GET;
import static org.fdboxfs.testing.Nodes.PUT;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What FDBox RFC v1 says of its ioctls, wherever they are served. */
abstract class ChardevContract {
  private static final String UNTERMINATED = "x".repeat(256);
  private static final String STATE = "user.fdbox.state";

  final Nodes nodes;

  ChardevContract(Nodes nodes) {
    this.nodes = nodes;
  }

  /** The machine with the nodes is a slow one. */
  private int turns() {
    return nodes.cuse() ? 20 : 200;
  }

  /** An errno of a struct with these fields; of PUT and GET the number is fd and pad. */
  private static String raw(
      OtherProcess process, long node, int command, long flags, long number, Object name) {
    return process.errno("fdbox_raw", node, command, flags, number, name);
  }

  @Test
  void theNodesAreOfRootAlone(TestBox box) {
    OtherProcess process = box.process();
    nodes.awaitNode(box, box.name());
    for (String name : List.of("fdbox", box.name())) {
      Stat stat = process.stat(nodes.path(box, name));
      assertThat(stat.mode()).as(name).endsWith("600");
      assertThat(stat.uid()).as(name).isZero();
    }
    assertThat(box.process(1000, 1000).errno("fdbox_open", nodes.directory(box), "fdbox"))
        .isEqualTo("EACCES");
  }

  @Test
  void boxesOfEitherSideAreOnBoth(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    String made = box.name() + "-made";
    box.boxBeside("-made");

    process.run("fdbox_create", control, made);
    assertThat(nodes.exists(box, made)).as("at once").isTrue();
    assertThat(process.stat(box.mount().path() + "/" + made).mode()).endsWith("700");
    assertThat(process.errno("fdbox_create", control, made)).isEqualTo("EEXIST");
    assertThat(process.errno("fdbox_create", control, box.name())).isEqualTo("EEXIST");

    process.run("fdbox_delete", control, made);
    assertThat(nodes.exists(box, made)).isFalse();
    assertThat(process.errno("stat", box.mount().path() + "/" + made)).isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_delete", control, made)).isEqualTo("ENOENT");

    String other = box.boxBeside("-other");
    process.run("mkdir", other);
    nodes.awaitNode(box, box.name() + "-other");
    process.run("rename", other, box.boxBeside("-moved"));
    nodes.awaitNode(box, box.name() + "-moved");
    nodes.awaitNoNode(box, box.name() + "-other");
    process.run("rmdir", box.mount().path() + "/" + box.name() + "-moved");
    nodes.awaitNoNode(box, box.name() + "-moved");
  }

  @Test
  void aDescriptorMovesInAndOut(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
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
    long got = other.run("fdbox_get", nodes.open(other, box), "ram");
    assertThat(other.run("kcmp", got, process.pid(), twin)).as("the same open file").isZero();
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("ENOENT");
  }

  @Test
  void whatTheMountPutTheDeviceGets(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.put(process.memfd("by symlink"), box.path("ram"));
    process.run("mkdir", box.path("directory"));

    assertThat(process.errno("fdbox_get", node, "directory")).isEqualTo("ENOENT");
    long ram = process.run("fdbox_get", node, "ram");
    assertThat(process.text("read", ram, 100, 0)).isEqualTo("by symlink");
  }

  @Test
  void creatingChecksInTheOrderOfTheRfc(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);

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
  void deletingTakesWhatIsInIt(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
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
  void deletingIsAllOrNothing(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
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
  void puttingChecksInTheOrderOfTheRfc(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
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
    assertThat(process.errno("flags", ram)).as("nothing is closed by a refusal").isEqualTo(NONE);
  }

  @Test
  void gettingChecksInTheOrderOfTheRfc(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    long ram = process.memfd("");
    process.run("fdbox_put", node, process.run("dup", ram), "there");

    assertThat(raw(process, node, GET, 1, 0, UNTERMINATED)).isEqualTo("EINVAL");
    assertThat(raw(process, node, GET, 0, 0, UNTERMINATED)).isEqualTo("EINVAL");
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

  @Test
  void anotherProcessesSocketIsNotDeliveredTo(TestBox box) {
    OtherProcess victim = box.process();
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    long foreign = victim.numbers("socketpair", "SOCK_SEQPACKET").get(0);
    long inherited = process.run("getfd", victim.pid(), foreign);

    assertThat(raw(process, node, GET, 0, inherited, "ram")).isEqualTo("EMFILE");
  }

  @Test
  void sealingAndUnsealing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd(""), "ram");
    long handle = process.open(box.path("ram"), "O_RDONLY");

    assertThat(process.errno("fdbox_unseal", node)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_seal", node)).as("somebody has it open").isEqualTo("EBUSY");
    process.close(handle);
    process.run("fdbox_seal", node);
    assertThat(process.xattr(box.path(), STATE)).isEqualTo("sealed");
    assertThat(process.errno("fdbox_seal", node)).isEqualTo("EBUSY");
    assertThat(process.errno("fdbox_get", node, "ram")).isEqualTo("EBUSY");
    process.run("fdbox_unseal", node);
    assertThat(process.errno("fdbox_unseal", node)).isEqualTo("EBUSY");
    process.run("fdbox_get", node, "ram");
  }

  @Test
  void whatIsNoCommandOfANodeIsEinval(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    long node = nodes.open(process, box);

    for (long number : List.of(0x2e06L, 0x2effL, 0x5401L, 0xc0102e00L, 0x40042e00L)) {
      assertThat(process.errno("fdbox_address", control, number, 0))
          .as("%x", number)
          .isIn("EINVAL", "EFAULT");
      assertThat(process.errno("fdbox_bytes", node, number, "x".repeat(4096)))
          .as("%x", number)
          .isEqualTo("EINVAL");
    }
    assertThat(raw(process, control, PUT, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(raw(process, control, GET, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(process.errno("fdbox_seal", control)).isEqualTo("EINVAL");
    assertThat(raw(process, node, CREATE, 0, 0, "x")).isEqualTo("EINVAL");
    assertThat(raw(process, node, DELETE, 0, 0, box.name())).isEqualTo("EINVAL");
    assertThat(process.errno("read", node, 10, 0)).isEqualTo("EINVAL");
    assertThat(process.errno("write", node, "x", 0)).isEqualTo("EINVAL");
  }

  @Test
  void boxesAreForAdministratorsOnly(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    long node = nodes.open(process, box);
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

  @Test
  void badPointersAreEfault(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    long node = nodes.open(process, box);

    for (long address : List.of(0L, 1L, -4096L, 1L << 62)) {
      assertThat(process.errno("fdbox_address", control, CREATE, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", control, DELETE, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", node, PUT, address)).isEqualTo("EFAULT");
      assertThat(process.errno("fdbox_address", node, GET, address)).isEqualTo("EFAULT");
    }
    assertThat(process.errno("fdbox_bytes", control, nodes.number(CREATE), "x".repeat(263)))
        .as("a struct that ends at the end of what is mapped")
        .isEqualTo("EFAULT");
    assertThat(process.errno("fdbox_bytes", node, nodes.number(PUT), "x".repeat(271)))
        .isEqualTo("EFAULT");
  }

  @ParameterizedTest
  @CsvSource({
    "'', EINVAL, EINVAL",
    "., EINVAL, EINVAL",
    ".., EINVAL, EINVAL",
    "a/b, EINVAL, EINVAL",
    "fdbox, EEXIST, none",
    ".fdbox, EEXIST, none",
    "a!b, EINVAL, none",
    "'a ', EINVAL, none",
    "à, EINVAL, none",
    "%FF%FE, EINVAL, EINVAL",
    "%EF%BF%BD, EINVAL, EINVAL",
    "a%0Ab, EINVAL, none",
    "grün, none, none"
  })
  void namesAreThoseOfFiles(String name, String ofBox, String ofEntry, TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    long control = nodes.control(process, box);
    Object word = name.contains("%") ? new Raw(name) : name;

    String created = raw(process, control, CREATE, 0, 0, word);
    assertThat(created).isEqualTo(ofBox);
    if (created.equals(NONE)) {
      assertThat(raw(process, control, DELETE, 0, 0, word)).isEqualTo(NONE);
    }
    assertThat(raw(process, node, PUT, 0, process.memfd(""), word)).isEqualTo(ofEntry);
  }

  @Test
  void namesMayHave255Bytes(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    long control = nodes.control(process, box);
    String name = "n".repeat(255);

    process.run("fdbox_create", control, name);
    assertThat(nodes.exists(box, name)).isTrue();
    process.run("fdbox_delete", control, name);
    process.run("fdbox_put", node, process.memfd("x"), name);
    assertThat(process.content(box.path(name))).isEqualTo("x");
    process.run("fdbox_get", node, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a!b", "blank ", "fdbox"})
  void aBoxThatCanHaveNoNodeIsOnTheMountOnly(String name, TestBox box) {
    OtherProcess process = box.process();
    String path = box.mount().path() + "/" + name;
    process.run("mkdir", path);
    nodes.awaitNode(box, box.name());
    boolean control = name.equals("fdbox");

    assertThat(nodes.exists(box, name)).isEqualTo(control);
    assertThat(nodes.exists(box, name.strip())).isEqualTo(control);
    process.run("rmdir", path);
    assertThat(nodes.exists(box, "fdbox")).isTrue();
  }

  @Test
  void handlesOnADeletedBoxAreNotTheNextOfItsName(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    long old = nodes.open(process, box);

    process.run("fdbox_delete", control, box.name());
    assertThat(process.errno("fdbox_seal", old)).isEqualTo("ENOTCONN");
    process.run("fdbox_create", control, box.name());
    assertThat(process.errno("fdbox_seal", old)).isEqualTo("ENOTCONN");
    assertThat(raw(process, old, PUT, 0, process.memfd(""), "x")).isEqualTo("ENOTCONN");
    long anew = nodes.open(process, box);
    process.run("fdbox_seal", anew);
  }

  @Test
  void whatIsNotConfirmedStays(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd("kept"), "ram");
    OtherProcess doomed = box.process();
    long socket = doomed.run("fdbox_ask", nodes.open(doomed, box), "ram");

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
  void whoHasNoRoomForItLosesNothing(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
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
  void aSealThatComesBetweenKeepsTheEntry(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
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
  void anEntryThatIsRemovedMeanwhileIsGone(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "ram");
    long socket = process.run("fdbox_ask", node, "ram");
    process.run("fdbox_receive", socket);
    process.run("unlink", box.path("ram"));

    assertThat(process.errno("fdbox_confirm", socket)).isEqualTo("ENOENT");
  }

  @Test
  void aMountWithoutNodesSaysSoAndServesItsFiles(TestBox box) throws IOException {
    Path place = Files.createTempDirectory("fdboxfs-second");
    String why = nodes.cuse() ? "is there already, of another mount" : "/dev/cuse is missing";
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
    assertThat(nodes.exists(box, "fdbox")).isTrue();
  }

  @Test
  void aThousandBoxesAreServedByTheSameThreads(TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    nodes.awaitNode(box, box.name());
    int threads = ProcessState.threads(box.mount().pid());
    String prefix = box.name() + "-many";
    int many = 1000;

    process.run("fdbox_create_many", control, prefix, many);
    assertThat(nodes.exists(box, prefix + 999)).isTrue();
    assertThat(ProcessState.threads(box.mount().pid()) - threads).as("threads").isLessThan(8);
    long last = process.run("fdbox_open", nodes.directory(box), prefix + 999);
    process.run("fdbox_put", last, process.memfd("x"), "ram");
    process.run("fdbox_get", last, "ram");
    process.run("fdbox_delete_many", control, prefix, many);
    assertThat(nodes.exists(box, prefix + 0)).isFalse();
  }

  /** Numbers, flags, descriptors and names by chance; whatever comes of it, it is an errno. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void nonsenseIsRefused(long seed, TestBox box) {
    OtherProcess process = box.process();
    long control = nodes.control(process, box);
    long node = nodes.open(process, box);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < turns() * 5; i++) {
      boolean ofControl = random.nextBoolean();
      int command = random.nextInt(CREATE, Nodes.UNSEAL + 1);
      StringBuilder bytes = new StringBuilder();
      int size = random.nextInt(300);
      for (int at = 0; at < size; at++) {
        bytes.append(String.format("%%%02X", random.nextInt(8) == 0 ? 0 : random.nextInt(256)));
      }
      long number = random.nextInt(4) == 0 ? random.nextInt() & 0xffffffffL : nodes.number(command);
      String errno =
          process.errno("fdbox_bytes", ofControl ? control : node, number, new Raw(bytes + "%00"));
      assertThat(errno).as("seed %d, turn %d: %x", seed, i, number).isNotEqualTo("EIO");
    }
    assertThat(nodes.exists(box, "fdbox")).isTrue();
    process.errno("fdbox_unseal", node);
  }

  @Test
  void ofTwoWhoGetOneHasIt(TestBox box) {
    OtherProcess process = box.process();
    long node = nodes.open(process, box);
    process.run("fdbox_put", node, process.memfd("x"), "ram");

    List<Long> counts =
        process.numbers("fdbox_race", nodes.directory(box), "ram", box.name(), turns());

    assertThat(counts.get(0)).isPositive();
    assertThat(counts.get(1)).as("another errno than ENOENT").isZero();
    process.run("fdbox_get", node, "ram");
  }

  @Test
  void ofTwoWhoCreateOneHasMade(TestBox box) {
    OtherProcess process = box.process();
    box.boxBeside("-raced");

    List<Long> counts =
        process.numbers("fdbox_race", nodes.directory(box), box.name() + "-raced", "", turns());

    assertThat(counts.get(0)).isPositive();
    assertThat(counts.get(1)).as("another errno than EEXIST").isZero();
  }
}
