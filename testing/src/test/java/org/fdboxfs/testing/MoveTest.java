package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Takes that take the entry out, and when they do not. */
@Mounted
class MoveTest {
  private static final int MOST_UNREAD = 32;
  private static final int POLLHUP = 16;

  private static Reply move(Exchange exchange, long... handles) {
    Object[] words = new Object[handles.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = handles[i];
    }
    return exchange.ask("FDTAKE=move\n", words);
  }

  private static Reply moveNamed(Exchange exchange, TestBox box, String... below) {
    return exchange.ask(request(box, below));
  }

  private static String request(TestBox box, String... below) {
    StringBuilder message = new StringBuilder("FDTAKE=move\n");
    for (String each : below) {
      message.append("FDNAME=").append(box.name()).append('/').append(each).append('\n');
    }
    return message.toString();
  }

  private static String listed(OtherProcess process, String path) {
    long directory = process.run("opendir", path);
    String names = process.text("names", directory);
    process.run("closedir", directory);
    return names;
  }

  @Test
  void theEntryLeavesWithItsDescriptor(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.run("eventfd", 0);
    process.put(fd, box.path("event"));
    process.put(process.memfd(""), box.path("stays"));
    long handle = process.open(box.path("event"), "O_RDWR");

    Reply reply = move(Exchange.of(process, box), handle);

    assertThat(process.run("kcmp", reply.fd(), process.pid(), fd)).isZero();
    assertThat(reply.names()).containsExactly(box.name() + "/event");
    assertThat(process.errno("stat", box.path("event"))).isEqualTo("ENOENT");
    assertThat(listed(process, box.path())).isEqualTo("stays/");
    assertThat(process.tryPut(fd, box.path("event"))).as("the name is free").isEqualTo(NONE);
  }

  @Test
  void byNameNoClaimIsLeft(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));

    assertThat(moveNamed(Exchange.of(process, box), box, "ram").fds()).hasSize(1);

    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
    // The answer is sent before the claim ends, so that nothing is lost that cannot be sent.
    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
  }

  @Test
  void whoHasTheAnswerSeesThatTheNameIsGone(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    Exchange exchange = Exchange.of(process, box);

    long seen =
        process.run(
            "move_and_look", box.path("ram"), exchange.fd(), request(box, "ram"), fd, 5_000);

    assertThat(seen).isZero();
  }

  @Test
  void othersKeepWhatTheyHave(TestBox box) {
    OtherProcess other = box.process();
    other.put(other.memfd("content"), box.path("ram"));
    long handle = other.open(box.path("ram"), "O_RDWR");
    OtherProcess mover = box.process();

    long moved = moveNamed(Exchange.of(mover, box), box, "ram").fd();

    assertThat(other.text("read", handle, 100, 0)).isEqualTo("content");
    other.run("write", handle, "CON", 0);
    assertThat(mover.text("read", moved, 100, 0)).isEqualTo("CONtent");
    assertThat(Exchange.of(other, box).take(handle).fds()).as("by the handle").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FDTAKE=move", "FDSTOREREMOVE=1"})
  void theNameIsFreeAlsoWhileOthersHaveTheOldEntryOpen(String request, TestBox box) {
    OtherProcess other = box.process();
    other.put(other.memfd("old"), box.path("ram"));
    long handle = other.open(box.path("ram"), "O_RDWR");
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    String name = Exchange.named(box.name() + "/ram");

    assertThat(exchange.ask(request + "\n" + name).errno()).isEqualTo(NONE);
    process.put(process.memfd("new"), box.path("ram"));

    assertThat(process.content(box.path("ram"))).isEqualTo("new");
    assertThat(other.content(box.path("ram"))).isEqualTo("new");
    assertThat(other.text("read", handle, 100, 0)).isEqualTo("old");
    assertThat(other.stat(box.path("ram")).inode()).isNotEqualTo(other.fstat(handle).inode());
  }

  @Test
  void itWantsTheRightToChangeTheDirectory(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    owner.run("mkdir", box.path("dir"), "0755");
    owner.put(owner.memfd(""), box.path("dir/ram"));
    owner.run("chmod", box.path("dir/ram"), "0666");
    OtherProcess other = box.process(1001, 1001);
    Exchange exchange = Exchange.of(other, box);
    long handle = other.open(box.path("dir/ram"), "O_RDWR");

    assertThat(move(exchange, handle).errno()).isEqualTo("EACCES");
    assertThat(moveNamed(exchange, box, "dir/ram").errno()).isEqualTo("EACCES");
    owner.run("chmod", box.path("dir"), "01777");
    assertThat(move(exchange, handle).errno()).as("sticky").isEqualTo("EPERM");
    assertThat(moveNamed(exchange, box, "dir/ram").errno()).as("sticky").isEqualTo("EPERM");
    assertThat(owner.xattr(box.path("dir/ram"), "user.fdbox.claims")).isEqualTo("1");
    owner.run("chmod", box.path("dir"), "0777");
    assertThat(move(exchange, handle).errno()).isEqualTo(NONE);
  }

  @Test
  void theOwnerOfAnEntryMovesItOutOfAStickyDirectory(TestBox box) {
    box.process().run("chmod", box.path(), "01777");
    OtherProcess owner = box.process(1000, 1000);
    owner.put(owner.memfd(""), box.path("ram"));

    assertThat(moveNamed(Exchange.of(owner, box), box, "ram").errno()).isEqualTo(NONE);
  }

  @Test
  void outOfASealedBoxNothingMoves(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    process.setXattr(box.path(), "user.fdbox.state", "sealed-force");
    Exchange exchange = Exchange.of(process, box);

    assertThat(move(exchange, handle).errno()).isEqualTo("EBUSY");
    assertThat(moveNamed(exchange, box, "ram").errno()).isEqualTo("EBUSY");
    assertThat(listed(process, box.path())).isEqualTo("ram/");
  }

  @Test
  void allMoveOrNone(TestBox box) {
    OtherProcess owner = box.process();
    owner.run("mkdir", box.path("dir"), "0755");
    owner.put(owner.memfd(""), box.path("dir/kept"));
    owner.run("chmod", box.path("dir/kept"), "0666");
    OtherProcess other = box.process(1000, 1000);
    other.put(other.memfd(""), box.path("mine"));
    Exchange exchange = Exchange.of(other, box);

    assertThat(moveNamed(exchange, box, "mine", "dir/kept").errno()).isEqualTo("EACCES");
    assertThat(moveNamed(exchange, box, "mine", "missing").errno()).isEqualTo("ENOENT");

    assertThat(owner.errno("stat", box.path("mine"))).isEqualTo(NONE);
    // The answer is sent before the claim ends, so that nothing is lost that cannot be sent.
    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
    assertThat(moveNamed(exchange, box, "mine", "mine").fds()).as("twice the same").hasSize(2);
    assertThat(owner.errno("stat", box.path("mine"))).isEqualTo("ENOENT");
  }

  @Test
  void whatHasLeftIsNotMovedAgain(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");
    Exchange exchange = Exchange.of(process, box);
    move(exchange, handle).fd();

    assertThat(move(exchange, handle).errno()).isEqualTo("ENOENT");
    assertThat(moveNamed(exchange, box, "ram").errno()).isEqualTo("ENOENT");
    assertThat(exchange.take(handle).errno()).as("but taken").isEqualTo(NONE);
  }

  @Test
  void nothingIsLostWhenNobodyCanReceiveIt(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    process.run("shutdown", exchange.fd(), "SHUT_RD");

    exchange.send(request(box, "ram"));

    assertThat(process.run("poll", exchange.fd(), 0, 30_000) & POLLHUP)
        .as("the connection is closed")
        .isEqualTo(POLLHUP);
    assertThat(process.content(box.path("ram"))).isEqualTo("content");
    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
  }

  @Test
  void whatCannotBeAnsweredYetStaysUntilItCan(TestBox box) {
    OtherProcess process = box.process();
    process.run("put_many", process.memfd(""), box.path("e"), 2_000);
    Exchange exchange = Exchange.of(process, box);

    int sent = 0;
    while (sent < 2_000 && sentUnread(exchange, request(box, "e" + sent))) {
      sent++;
    }

    int moved = 0;
    while (process.errno("stat", box.path("e" + moved)).equals("ENOENT")) {
      moved++;
    }
    assertThat(moved).as("of %d", sent).isBetween(1, MOST_UNREAD);
    for (int i = moved; i < sent; i++) {
      assertThat(process.errno("stat", box.path("e" + i))).as("e%d", i).isEqualTo(NONE);
    }
    for (int i = 0; i < sent; i++) {
      Reply reply = exchange.receive();
      assertThat(reply.names()).containsExactly(box.name() + "/e" + i);
      process.close(reply.fd());
      assertThat(process.errno("stat", box.path("e" + i))).as("e%d", i).isEqualTo("ENOENT");
    }
  }

  /** False when nothing more is received, since nobody reads the answers. */
  private static boolean sentUnread(Exchange exchange, String message) {
    String errno = exchange.sendNow(message);
    while (errno.equals("EAGAIN")) {
      if (exchange.process().run("poll", exchange.fd(), "POLLOUT", 500) == 0) {
        return false;
      }
      errno = exchange.sendNow(message);
    }
    assertThat(errno).isEqualTo(NONE);
    return true;
  }

  @Test
  void movesAreEvents(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long events = process.open(box.mount().control("events"), "O_RDONLY");

    moveNamed(Exchange.of(process, box), box, "ram");

    StringBuilder seen = new StringBuilder();
    while (seen.indexOf("\"type\":\"move\"") < 0) { // the answer may be faster than the event
      seen.append(process.text("read", events, 65536));
    }
    assertThat(seen).contains("/" + box.name() + "/ram");
  }
}
