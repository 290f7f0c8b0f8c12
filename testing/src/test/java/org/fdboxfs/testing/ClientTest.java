package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.client.Access;
import org.fdboxfs.client.Descriptor;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
import org.fdboxfs.client.Listed;
import org.fdboxfs.client.OpenEntry;
import org.fdboxfs.client.Taken;
import org.fdboxfs.client.TakenSet;
import org.junit.jupiter.api.Test;

/** The Java API against a daemon. */
@Mounted
class ClientTest {
  private static void putMemory(TestBox box, String... names) {
    OtherProcess process = box.process();
    for (String name : names) {
      process.put(process.memfd("this is " + name), box.path(name));
    }
    process.close();
  }

  private static String content(Descriptor descriptor) throws IOException {
    return Files.readString(descriptor.path());
  }

  private static String refusal(ThrowingCallable call) {
    return catchThrowableOfType(FdBoxException.class, call).errnoName();
  }

  @Test
  void whatIsPutCanBeTakenAndRemoved(TestBox box) throws IOException {
    putMemory(box, "ram");
    try (Exchange exchange = Exchange.connect(box.mount().path());
        Descriptor taken = exchange.take(box.name() + "/ram")) {
      assertThat(content(taken)).isEqualTo("this is ram");
      exchange.put(box.name() + "/again", taken);
      exchange.put(box.name() + "/again", taken);
      assertThat(box.process().content(box.path("again"))).isEqualTo("this is ram");
      exchange.remove(box.name() + "/ram");
      assertThat(Files.exists(Path.of(box.path("ram")))).isFalse();
      assertThat(refusal(() -> exchange.remove(box.name() + "/ram"))).isEqualTo("ENOENT");
      assertThat(refusal(() -> exchange.put(box.name() + "/no/x", taken))).isEqualTo("ENOENT");
      assertThat(refusal(() -> exchange.put("x", taken))).isEqualTo("EPERM");
      exchange.remove(box.name() + "/again");
    }
  }

  @Test
  void accessIsThatOfTheHandleOrTheOneAskedFor(TestBox box) throws IOException {
    putMemory(box, "ram");
    try (Exchange exchange = Exchange.connect(box.mount().path());
        OpenEntry open = exchange.open(box.name() + "/ram", Access.READ);
        Descriptor byName = exchange.take(box.name() + "/ram", Access.READ);
        Descriptor byHandle = exchange.take(open.handle())) {
      for (Descriptor each : List.of(open.descriptor(), byName, byHandle)) {
        assertThat(content(each)).isEqualTo("this is ram");
        assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + each.number())))
            .as("opened for reading")
            .containsPattern("flags:\t[0-7]*0\n");
      }
    }
  }

  @Test
  void aClaimByNameEndsWithTheConnection(TestBox box) throws IOException {
    putMemory(box, "ram");
    box.policy("version: 1\nrules:\n  - { id: one, match: { entry: ram }, opens: 1 }\n");
    OtherProcess process = box.process();
    try (Exchange exchange = Exchange.connect(box.mount().path())) {
      exchange.take(box.name() + "/ram").close();
      assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EBUSY");
      try (Exchange second = Exchange.connect(box.mount().path())) {
        FdBoxException busy =
            catchThrowableOfType(FdBoxException.class, () -> second.take(box.name() + "/ram"));
        assertThat(busy.errnoName()).isEqualTo("EBUSY");
        assertThat(busy.why()).contains("open at most once at a time");
      }
    }
    Await.until(
        "the entry is free",
        () -> process.tryOpen(box.path("ram"), "O_RDWR").equals(OtherProcess.NONE));
  }

  @Test
  void aGroupComesAsAWholeAndItsHandleHoldsIt(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("net"), "0755");
    putMemory(box, "net/a", "net/b");
    String group = box.name() + "/net";
    try (Exchange exchange = Exchange.connect(box.mount().path())) {
      assertThat(refusal(() -> exchange.takeAll(group))).isEqualTo("EISDIR");
      assertThat(refusal(() -> exchange.takeAll(group + "/a"))).isEqualTo("ENOTDIR");
      process.setXattr(box.path("net"), "user.fdbox.link", "together");
      assertThat(refusal(() -> exchange.take(group + "/a"))).isEqualTo("ENOLINK");
      try (TakenSet taken = exchange.takeAll(group)) {
        assertThat(taken.members())
            .extracting(Taken::name)
            .containsExactly(group + "/a", group + "/b");
        assertThat(content(taken.members().get(1).descriptor())).isEqualTo("this is net/b");
      }
      try (TakenSet moved = exchange.moveAll(group)) {
        assertThat(moved.members()).hasSize(2);
        assertThat(exchange.list(group)).isEmpty();
      }
    }
  }

  @Test
  void aMoveTakesTheEntryOut(TestBox box) throws IOException {
    putMemory(box, "a", "b");
    try (Exchange exchange = Exchange.connect(box.mount().path());
        Descriptor moved = exchange.move(box.name() + "/a");
        OpenEntry open = exchange.open(box.name() + "/b", Access.READ_WRITE);
        Descriptor byHandle = exchange.move(open.handle())) {
      assertThat(content(moved)).isEqualTo("this is a");
      assertThat(content(byHandle)).isEqualTo("this is b");
      assertThat(exchange.list(box.name())).isEmpty();
    }
  }

  @Test
  void listsTellKinds(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("irq"));
    process.run("mkdir", box.path("net"), "0755");
    try (Exchange exchange = Exchange.connect(box.mount().path())) {
      assertThat(exchange.list(box.name()))
          .containsExactlyInAnyOrder(
              new Listed(box.name() + "/irq", false, "eventfd"),
              new Listed(box.name() + "/net", true, ""));
      assertThat(exchange.list()).contains(new Listed(box.name(), true, ""));
      assertThat(refusal(() -> exchange.list(box.name() + "/irq"))).isEqualTo("ENOTDIR");
    }
  }

  @Test
  void asManyAsFitAMessageAreTakenAtOnce(TestBox box) throws IOException {
    List<String> names = IntStream.range(0, 253).mapToObj(i -> box.name() + "/" + i).toList();
    OtherProcess process = box.process();
    long fd = process.memfd("one for all");
    names.forEach(name -> process.put(fd, box.mount().path() + "/" + name));
    try (Exchange exchange = Exchange.connect(box.mount().path());
        TakenSet taken = exchange.take(names)) {
      assertThat(taken.members()).extracting(Taken::name).isEqualTo(names);
      assertThat(content(taken.members().get(252).descriptor())).isEqualTo("one for all");
    }
  }

  @Test
  void theMountMayBeFurtherAwayThanAnAddressIsLong(TestBox box) throws IOException {
    putMemory(box, "ram");
    Path far = Files.createTempDirectory("fdboxfs-far");
    Path deep = Files.createDirectories(far.resolve(("d".repeat(60) + "/").repeat(3)));
    Path link = Files.createSymbolicLink(deep.resolve("mount"), box.mount().path());
    try (Exchange exchange = Exchange.connect(link);
        Descriptor taken = exchange.take(box.name() + "/ram")) {
      assertThat(content(taken)).isEqualTo("this is ram");
    } finally {
      Mount.remove(far);
    }
  }
}
