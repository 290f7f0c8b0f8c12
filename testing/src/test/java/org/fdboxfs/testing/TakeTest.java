package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes for handles of the mount, and what does not. */
@Tag("kernel")
@Mounted
class TakeTest {
  private static final int MOST = 253;
  private static final long IDENTIFY = 0x8008fd01L;

  private static void assertSameOpenFile(
      OtherProcess taker, long taken, OtherProcess other, long fd) {
    assertThat(taker.run("kcmp", taken, other.pid(), fd)).as("the same open file").isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "memfd, memfd test",
    "eventfd, eventfd 0",
    "timerfd, timerfd 0",
    "pidfd, pidfd",
    "socket, socketpair SOCK_STREAM",
    "namespace, open /proc/self/ns/net O_RDONLY"
  })
  void aHandleGivesTheVeryDescriptorThatWasPut(String kind, String made, TestBox box) {
    OtherProcess giver = box.process();
    String[] words = made.split(" ", -1);
    long fd = giver.numbers(words[0], List.of(words).subList(1, words.length).toArray()).get(0);
    giver.put(fd, box.path("entry"));
    OtherProcess taker = box.process();
    String flags = kind.equals("namespace") ? "O_RDONLY" : "O_RDWR";
    long handle = taker.open(box.path("entry"), flags);

    Reply reply = Exchange.of(taker, box).take(handle);

    assertSameOpenFile(taker, reply.fd(), giver, fd);
    assertThat(reply.names()).containsExactly(box.name() + "/entry");
  }

  @Test
  void whatWasTakenSharesItsOffsetWithTheOriginal(TestBox box) {
    OtherProcess giver = box.process();
    long fd = giver.memfd("0123456789");
    giver.put(fd, box.path("ram"));
    OtherProcess taker = box.process();
    long taken = Exchange.of(taker, box).take(taker.open(box.path("ram"), "O_RDWR")).fd();

    giver.run("seek", fd, 4);

    assertThat(taker.text("read", taken, 3)).isEqualTo("456");
    assertThat(giver.text("read", fd, 3)).isEqualTo("789");
  }

  @Test
  void severalHandlesGiveTheirDescriptorsInTheSameOrder(TestBox box) {
    OtherProcess process = box.process();
    long ram = process.memfd("");
    long event = process.run("eventfd", 0);
    process.put(ram, box.path("ram"));
    process.put(event, box.path("event"));
    long eventHandle = process.open(box.path("event"), "O_RDWR");
    long ramHandle = process.open(box.path("ram"), "O_RDWR");

    Reply reply = Exchange.of(process, box).take(eventHandle, ramHandle);

    assertThat(reply.names()).containsExactly(box.name() + "/event", box.name() + "/ram");
    assertSameOpenFile(process, reply.fds().get(0), process, event);
    assertSameOpenFile(process, reply.fds().get(1), process, ram);
  }

  @Test
  void asManyAsAMessageHoldsAreGivenAtOnce(TestBox box) {
    OtherProcess process = box.process();
    long ram = process.memfd("");
    process.put(ram, box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    Exchange exchange = Exchange.of(process, box);

    Reply reply = exchange.take(handle + "*" + MOST);

    assertThat(reply.fds()).hasSize(MOST).doesNotHaveDuplicates();
    assertThat(reply.names()).hasSize(MOST).containsOnly(box.name() + "/ram");
    assertSameOpenFile(process, reply.fds().get(MOST - 1), process, ram);
    assertThat(exchange.trySend("FDTAKE=1", handle + "*" + (MOST + 1)))
        .as("the kernel itself")
        .isEqualTo("EINVAL");
  }

  @Test
  void theClaimIsTheHandlesAndEndsWithIt(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("event"));
    long handle = process.open(box.path("event"), "O_RDWR");
    long taken = Exchange.of(process, box).take(handle).fd();
    assertThat(process.xattr(box.path("event"), "user.fdbox.claims")).isEqualTo("1");

    process.close(handle);

    assertThat(process.xattr(box.path("event"), "user.fdbox.claims")).isEqualTo("0");
    process.run("add", taken, 3);
    assertThat(process.run("count", taken)).isEqualTo(3);
  }

  @Test
  void theClaimLastsWhileTheHandleIsOnItsWay(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("event"));
    long handle = process.open(box.path("event"), "O_RDWR");
    Exchange.of(process, box).take(handle);
    List<Long> ends = process.numbers("socketpair", "SOCK_SEQPACKET");
    process.run("sendmsg", ends.get(0), "x", handle);

    process.close(handle);
    assertThat(process.xattr(box.path("event"), "user.fdbox.claims")).isEqualTo("1");

    ends.forEach(process::close);
    Await.until(
        "the claim has ended",
        () -> process.xattr(box.path("event"), "user.fdbox.claims").equals("0"));
  }

  @Test
  void theSameHandleIsTakenAsOftenAsOneLikes(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("event"));
    long handle = process.open(box.path("event"), "O_RDWR");
    Exchange exchange = Exchange.of(process, box);

    for (int i = 0; i < 100; i++) {
      process.close(exchange.take(handle).fd());
    }

    assertThat(process.xattr(box.path("event"), "user.fdbox.claims")).isEqualTo("1");
    process.close(handle);
    assertThat(process.xattr(box.path("event"), "user.fdbox.claims")).isEqualTo("0");
  }

  @Test
  void aReadOnlyHandleGivesMemoryThatCannotBeWritten(TestBox box) {
    OtherProcess giver = box.process();
    long fd = giver.memfd("content");
    giver.put(fd, box.path("ram"));
    giver.run("chmod", box.path("ram"), "0644");
    OtherProcess taker = box.process(1000, 1000);

    long taken = Exchange.of(taker, box).take(taker.open(box.path("ram"), "O_RDONLY")).fd();

    assertThat(taker.run("flags", taken) & 3).as("O_RDONLY").isZero();
    assertThat(taker.errno("write", taken, "x")).isEqualTo("EBADF");
    assertThat(taker.errno("ftruncate", taken, 0)).isEqualTo("EINVAL");
    assertThat(taker.errno("map", taken, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED"))
        .isEqualTo("EACCES");
    assertThat(taker.tryOpen("/proc/self/fd/" + taken, "O_RDWR")).isEqualTo("EACCES");
    assertThat(taker.tryOpen("/proc/self/fd/" + taken, "O_WRONLY")).isEqualTo("EACCES");
    assertThat(taker.errno("fchmod", taken, "0777")).isEqualTo("EPERM");
    assertThat(taker.text("read", taken, 100, 0)).isEqualTo("content");
    assertThat(taker.fstat(taken).inode()).isEqualTo(giver.fstat(fd).inode());
    giver.run("write", fd, "CON", 0);
    assertThat(taker.text("read", taken, 100, 0)).as("it is no copy").isEqualTo("CONtent");
  }

  @Test
  void whoOwnsTheMemfdGetsItReadOnlyAsWell(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    owner.put(owner.memfd("content"), box.path("ram"));
    Exchange exchange = Exchange.of(owner, box);

    Reply reply = exchange.take(owner.open(box.path("ram"), "O_RDONLY"));

    assertThat(reply.errno()).isEqualTo(NONE);
    assertThat(owner.errno("write", reply.fd(), "X")).isEqualTo("EBADF");
  }

  @Test
  void memoryThatWasPutReadOnlyStaysSo(TestBox box) {
    OtherProcess giver = box.process();
    long fd = giver.open("/proc/self/fd/" + giver.memfd("content"), "O_RDONLY");
    giver.put(fd, box.path("ram"));
    giver.run("chmod", box.path("ram"), "0444");
    OtherProcess taker = box.process(1000, 1000);

    long taken = Exchange.of(taker, box).take(taker.open(box.path("ram"), "O_RDONLY")).fd();

    assertThat(giver.run("kcmp", fd, taker.pid(), taken)).as("the very descriptor").isZero();
    assertThat(taker.tryOpen("/proc/self/fd/" + taken, "O_RDWR")).isEqualTo("EACCES");
  }

  @Test
  void aWriteOnlyHandleGivesMemoryThatCannotBeRead(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));

    long taken = Exchange.of(process, box).take(process.open(box.path("ram"), "O_WRONLY")).fd();

    assertThat(process.errno("read", taken, 10)).isEqualTo("EBADF");
    assertThat(process.run("write", taken, "CON")).isEqualTo(3);
    assertThat(process.content(box.path("ram"))).isEqualTo("CONtent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"O_RDONLY", "O_WRONLY"})
  void whatCannotBeNarrowedIsRefusedWithEacces(String flags, TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("event"));
    process.put(process.numbers("socketpair", "SOCK_STREAM").get(0), box.path("socket"));
    Exchange exchange = Exchange.of(process, box);

    for (String entry : List.of("event", "socket")) {
      Reply reply = exchange.take(process.open(box.path(entry), flags));

      assertThat(reply.errno()).as(entry).isEqualTo("EACCES");
      assertThat(reply.why()).contains(entry.equals("event") ? "eventfd" : "socket");
    }
  }

  @Test
  void whatWasPutForReadingIsTakenForReading(TestBox box) {
    OtherProcess process = box.process();
    List<Long> pipe = process.numbers("pipe");
    process.put(pipe.get(0), box.path("r"));
    process.put(pipe.get(1), box.path("w"));
    Exchange exchange = Exchange.of(process, box);

    long reader = exchange.take(process.open(box.path("r"), "O_RDONLY")).fd();
    long writer = exchange.take(process.open(box.path("w"), "O_WRONLY")).fd();

    process.run("write", writer, "through the pipe");
    assertThat(process.text("read", reader, 100)).isEqualTo("through the pipe");
  }

  @Test
  void whatIsNoHandleOfTheMountIsRefusedWithExdev(TestBox box) throws IOException {
    OtherProcess process = box.process();
    long ram = process.memfd("");
    process.put(ram, box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    try (Mount other = Mount.start("threads=2", "")) {
      process.run("mkdir", other.path() + "/box");
      process.put(ram, other.path() + "/box/ram");
      long foreign = process.open(other.path() + "/box/ram", "O_RDWR");

      for (long fd :
          List.of(
              ram,
              foreign,
              process.numbers("pipe").get(0),
              process.open("/etc/passwd", "O_RDONLY"),
              process.open("/", "O_DIRECTORY"),
              exchange.fd())) {
        assertThat(exchange.take(fd).errno()).as("descriptor %d", fd).isEqualTo("EXDEV");
      }
      process.close(foreign);
    }
  }

  @Test
  void handlesThatAreNoEntriesAreRefused(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);

    assertRefused(exchange, process.open(box.mount().control("status"), "O_RDONLY"), "EBADF");
    assertRefused(exchange, process.open(box.mount().control("events"), "O_RDONLY"), "EBADF");
    assertRefused(exchange, process.open(box.mount().control(""), "O_DIRECTORY"), "EBADF");
    assertRefused(exchange, process.open(box.path("ram"), "O_PATH"), "EBADF");
    assertRefused(exchange, process.open(box.path(), "O_DIRECTORY"), "EISDIR");
    assertRefused(exchange, process.open(box.mount().path() + "", "O_DIRECTORY"), "EISDIR");
  }

  private static void assertRefused(Exchange exchange, long fd, String errno) {
    assertThat(exchange.take(fd).errno()).isEqualTo(errno);
  }

  @Test
  void oneBadHandleAmongGoodOnesGivesNothing(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    long directory = process.open(box.path(), "O_DIRECTORY");
    Exchange exchange = Exchange.of(process, box);

    assertThat(exchange.take(handle, process.memfd("")).errno()).isEqualTo("EXDEV");
    assertThat(exchange.take(handle, directory).errno()).isEqualTo("EINVAL");
    assertThat(exchange.ask("FDTAKE=1\nFDACCESS=read\n", handle).errno()).isEqualTo("EINVAL");
    assertThat(exchange.ask("FDTAKE=1\nFDNAME=" + box.name() + "/ram\n", handle).errno())
        .isEqualTo("EINVAL");
    assertThat(exchange.ask("FDTAKE=1\n").errno()).as("neither").isEqualTo("EINVAL");
    assertThat(exchange.take(handle).errno()).isEqualTo(NONE);
  }

  @Test
  void anEntryThatWasRemovedIsStillThereForItsHandle(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    process.put(fd, box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.run("unlink", box.path("ram"));

    Reply reply = Exchange.of(process, box).take(handle);

    assertSameOpenFile(process, reply.fd(), process, fd);
    assertThat(reply.names()).as("its last name").containsExactly("ram");
  }

  @Test
  void aSealedBoxGivesNothingOut(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    Exchange exchange = Exchange.of(process, box);
    process.setXattr(box.path(), "user.fdbox.state", "sealed-force");

    assertThat(exchange.take(handle).errno()).isEqualTo("EBUSY");
    assertThat(exchange.takeNamed(box.name() + "/ram").errno()).isEqualTo("EBUSY");

    process.setXattr(box.path(), "user.fdbox.state", "live");
    assertThat(exchange.take(handle).errno()).isEqualTo(NONE);
  }

  @Test
  void theHandleIsTheRightWhoeverSendsIt(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("secret");
    process.put(fd, box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.run("user", 1000, 1000);
    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo("EACCES");

    Reply reply = Exchange.of(process, box).take(handle);

    assertSameOpenFile(process, reply.fd(), process, fd);
  }

  @Test
  void theNumberOfAHandleIsToldToNobodyElse(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));

    assertThat(process.errno("ioctl", process.open(box.path("ram"), "O_RDWR"), IDENTIFY))
        .isEqualTo("ENOTTY");
    assertThat(process.errno("ioctl", process.open(box.path(), "O_DIRECTORY"), IDENTIFY))
        .isEqualTo("ENOTTY");
  }

  @Test
  void takesAreEvents(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long events = process.open(box.mount().control("events"), "O_RDONLY");
    long handle = process.open(box.path("ram"), "O_RDWR");

    Exchange.of(process, box).take(handle);

    String text = process.text("read", events, 65536);
    assertThat(text).contains("\"type\":\"take\"").contains("\"pid\":" + process.pid());
  }
}
