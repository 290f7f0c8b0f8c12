package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What services tell by the protocol of sd_notify(3). */
@Mounted(options = "notify_box=inbox")
class NotifyTest {
  private static final String INBOX = "/inbox";

  private static String inbox(TestBox box, String name) {
    return box.mount().path() + INBOX + "/" + name;
  }

  private static String store(TestBox box, String below) {
    return "FDSTORE=1\nFDNAME=" + box.name() + "/" + below + "\n";
  }

  /** The refusals that a process may read, oldest first. */
  private static List<JsonObject> denials(OtherProcess process, TestBox box) {
    return process
        .content(box.mount().control("denials"))
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  /** Fails unless that message is refused, and nobody but its sender told of it. */
  private static void assertRefused(
      TestBox box, OtherProcess sender, String errno, String message, Object... fds) {
    OtherProcess other = box.process(1002, 1002);
    int before = denials(sender, box).size();
    int othersBefore = denials(other, box).size();

    Notifier.of(sender, box).sendAndWait(message, fds);

    List<JsonObject> denials = denials(sender, box);
    assertThat(denials).as(message).hasSize(before + 1);
    assertThat(denials.get(before).get("errno").getAsString()).as(message).isEqualTo(errno);
    assertThat(denials.get(before).get("pid").getAsLong()).isEqualTo(sender.pid());
    assertThat(denials(other, box)).as(message).hasSize(othersBefore);
  }

  @Test
  void whatIsStoredIsAnEntryOfTheSender(TestBox box) {
    OtherProcess service = box.process(1000, 1001);
    long fd = service.memfd("content");

    Notifier.of(service, box).sendAndWait(store(box, "ram"), fd);

    Stat stat = service.stat(box.path("ram"));
    assertThat(stat.mode()).isEqualTo("100600");
    assertThat(stat.uid()).isEqualTo(1000);
    assertThat(stat.gid()).isEqualTo(1001);
    assertThat(service.xattr(box.path("ram"), "user.fdbox.kind")).isEqualTo("memfd");
    service.close();
    assertThat(box.process().content(box.path("ram"))).isEqualTo("content");
  }

  @Test
  void aBareNameAndNoNameGoToTheBoxOfTheOption(TestBox box) {
    OtherProcess service = box.process(1000, 1000);
    Notifier notifier = Notifier.of(service, box);
    assertThat(service.stat(box.mount().path() + INBOX).mode()).isEqualTo("41777");

    notifier.sendAndWait("FDSTORE=1\nFDNAME=bare", service.memfd("bare"));
    notifier.sendAndWait("FDSTORE=1", service.memfd("unnamed"));

    assertThat(service.content(inbox(box, "bare"))).isEqualTo("bare");
    assertThat(service.content(inbox(box, "stored"))).isEqualTo("unnamed");
    notifier.sendAndWait("FDSTOREREMOVE=1\nFDNAME=bare");
    notifier.sendAndWait("FDSTOREREMOVE=1");
    assertThat(service.errno("stat", inbox(box, "bare"))).isEqualTo("ENOENT");
    assertThat(service.errno("stat", inbox(box, "stored"))).isEqualTo("ENOENT");
  }

  @Test
  void severalDescriptorsHaveANameEach(TestBox box) {
    OtherProcess service = box.process();
    long one = service.memfd("one");
    long two = service.memfd("two");

    Notifier.of(service, box)
        .sendAndWait(store(box, "one") + "FDNAME=" + box.name() + "/two\n", one, two);

    assertThat(service.content(box.path("one"))).isEqualTo("one");
    assertThat(service.content(box.path("two"))).isEqualTo("two");
  }

  @Test
  void allOfAMessageAreStoredOrNone(TestBox box) {
    OtherProcess service = box.process();
    long fd = service.memfd("");
    String two = store(box, "one") + "FDNAME=" + box.name() + "/two\n";

    assertRefused(box, service, "EINVAL", two, fd);
    assertRefused(box, service, "EINVAL", two, fd + "*3");
    assertRefused(box, service, "EINVAL", store(box, "one"));
    assertRefused(box, service, "EOPNOTSUPP", two, fd, service.run("epoll"));
    assertRefused(box, service, "ENOENT", two + "FDNAME=no-such-box/x\n", fd + "*3");

    assertThat(service.errno("stat", box.path("one"))).isEqualTo("ENOENT");
    assertThat(service.errno("stat", box.path("two"))).isEqualTo("ENOENT");
  }

  @Test
  void whatHangsUpGoes(TestBox box) {
    OtherProcess service = box.process();
    List<Long> pipe = service.numbers("pipe");
    List<Long> other = service.numbers("pipe");
    List<Long> sockets = service.numbers("socketpair", "SOCK_STREAM");
    Notifier notifier = Notifier.of(service, box);
    notifier.send(store(box, "reader"), pipe.get(0));
    notifier.send(store(box, "writer") + "FDPOLL=1\n", other.get(1));
    notifier.sendAndWait(store(box, "socket"), sockets.get(0));
    for (String name : List.of("reader", "writer", "socket")) {
      assertThat(service.errno("stat", box.path(name))).as(name).isEqualTo(NONE);
    }

    service.close(pipe.get(1));
    awaitGone(service, box.path("reader"));
    service.close(other.get(0));
    awaitGone(service, box.path("writer"));
    service.close(sockets.get(1));
    awaitGone(service, box.path("socket"));

    assertThat(box.mount().metric("fdboxfs_entries")).isZero();
  }

  private static void awaitGone(OtherProcess process, String path) {
    Await.until(() -> path + " is gone", () -> process.errno("stat", path).equals("ENOENT"));
  }

  @Test
  void whatHadHungUpAlreadyGoesAtOnce(TestBox box) {
    OtherProcess service = box.process();
    List<Long> pipe = service.numbers("pipe");
    service.close(pipe.get(1));

    Notifier.of(service, box).sendAndWait(store(box, "reader"), pipe.get(0));

    awaitGone(service, box.path("reader"));
  }

  @Test
  void whatIsNotWatchedStays(TestBox box) {
    OtherProcess service = box.process();
    List<Long> watched = service.numbers("pipe");
    List<Long> pipe = service.numbers("pipe");
    Notifier notifier = Notifier.of(service, box);
    notifier.send(store(box, "watched"), watched.get(0));
    notifier.sendAndWait(store(box, "reader") + "FDPOLL=0\n", pipe.get(0));

    service.close(pipe.get(1));
    service.close(watched.get(1));
    awaitGone(service, box.path("watched")); // so the watch has seen what there is to see

    assertThat(service.errno("stat", box.path("reader"))).isEqualTo(NONE);
  }

  @Test
  void onTheExchangeNothingIsWatchedUnlessAsked(TestBox box) {
    OtherProcess service = box.process();
    List<Long> watched = service.numbers("pipe");
    List<Long> pipe = service.numbers("pipe");
    Exchange exchange = Exchange.of(service, box);
    assertThat(exchange.ask(store(box, "watched") + "FDPOLL=1\n", watched.get(0)).errno())
        .isEqualTo(NONE);
    assertThat(exchange.ask(store(box, "reader"), pipe.get(0)).errno()).isEqualTo(NONE);

    service.close(pipe.get(1));
    service.close(watched.get(1));
    awaitGone(service, box.path("watched"));

    assertThat(service.errno("stat", box.path("reader"))).isEqualTo(NONE);
  }

  @Test
  void memoryNeverHangsUp(TestBox box) {
    OtherProcess service = box.process();
    Notifier.of(service, box)
        .sendAndWait(store(box, "ram") + "FDPOLL=1\n", service.memfd("content"));

    assertThat(service.content(box.path("ram"))).isEqualTo("content");
  }

  @Test
  void whoHasOpenWhatHungUpKeepsIt(TestBox box) {
    OtherProcess service = box.process();
    List<Long> pipe = service.numbers("pipe");
    Notifier.of(service, box).sendAndWait(store(box, "reader"), pipe.get(0));
    long handle = service.open(box.path("reader"), "O_RDONLY");
    service.run("write", pipe.get(1), "last words");

    service.close(pipe.get(1));
    awaitGone(service, box.path("reader"));

    assertThat(service.text("read", handle, 100)).isEqualTo("last words");
  }

  @Test
  void outOfASealedBoxNothingGoes(TestBox box) {
    OtherProcess service = box.process();
    List<Long> watched = service.numbers("pipe");
    List<Long> pipe = service.numbers("pipe");
    Notifier notifier = Notifier.of(service, box);
    notifier.send(store(box, "reader"), pipe.get(0));
    String beside = box.boxBeside("-beside");
    service.run("mkdir", beside, "0777");
    notifier.sendAndWait("FDSTORE=1\nFDNAME=" + box.name() + "-beside/watched", watched.get(0));
    service.setXattr(box.path(), "user.fdbox.state", "sealed");

    service.close(pipe.get(1));
    service.close(watched.get(1));
    awaitGone(service, beside + "/watched");

    assertThat(service.errno("stat", box.path("reader"))).isEqualTo(NONE);
    assertRefused(box, service, "EROFS", store(box, "more"), service.memfd(""));
  }

  @Test
  void anEntryIsLetGoAsByRm(TestBox box) {
    OtherProcess service = box.process(1000, 1000);
    OtherProcess other = box.process(1001, 1001);
    Notifier notifier = Notifier.of(service, box);
    notifier.sendAndWait("FDSTORE=1\nFDNAME=mine", service.memfd(""));
    String remove = "FDSTOREREMOVE=1\nFDNAME=";

    assertRefused(box, other, "EPERM", remove + "mine");
    assertRefused(box, service, "ENOENT", remove + "missing");
    assertRefused(box, service, "EISDIR", remove + box.name() + "/dir", dir(box, service));
    assertThat(service.errno("stat", inbox(box, "mine"))).isEqualTo(NONE);
    notifier.sendAndWait(remove + "mine");

    assertThat(service.errno("stat", inbox(box, "mine"))).isEqualTo("ENOENT");
  }

  /** No descriptor is sent, but a directory is made. */
  private static Object[] dir(TestBox box, OtherProcess process) {
    process.run("mkdir", box.path("dir"));
    return new Object[0];
  }

  @Test
  void aBarrierIsLetGoWhenAllBeforeIsDone(TestBox box) {
    OtherProcess service = box.process();
    Notifier notifier = Notifier.of(service, box);
    long fd = service.memfd("");

    for (int i = 0; i < 100; i++) {
      notifier.sendAndWait(store(box, "e" + i), fd);
      assertThat(service.errno("stat", box.path("e" + i))).as("e%d", i).isEqualTo(NONE);
    }
    assertRefused(
        box, service, "EINVAL", "BARRIER=1\n" + store(box, "with"), service.numbers("pipe").get(1));
    assertThat(service.errno("stat", box.path("with"))).isEqualTo("ENOENT");
  }

  @Test
  void whatIsNotForUsIsIgnored(TestBox box) {
    OtherProcess service = box.process();
    Notifier notifier = Notifier.of(service, box);
    int before = denials(service, box).size();

    notifier.send("READY=1");
    notifier.send("STATUS=a=b=c \u00fc\nMAINPID=1\nnot a line of that form\n\n=\n");
    notifier.send("READY=1\nUID=1000\nX_OWN=\u0001\n" + store(box, "ram"), service.memfd(""));
    notifier.send("READY=1", service.memfd(""));
    notifier.sendAndWait("");

    assertThat(denials(service, box)).hasSize(before);
    assertThat(service.stat(box.path("ram")).uid()).as("whoever it says it is").isZero();
  }

  @Test
  void whatIsWrongIsAmongTheRefusalsOfTheSender(TestBox box) {
    OtherProcess service = box.process(1000, 1000);
    long fd = service.memfd("");

    assertRefused(box, service, "EINVAL", "FDTAKE=1\nFDNAME=" + box.name() + "/x");
    assertRefused(box, service, "EINVAL", "FDLIST=1");
    assertRefused(box, service, "EINVAL", "FDSTORE=2\nFDNAME=x", fd);
    assertRefused(box, service, "EINVAL", "FDSTORE=1\nFDSTORE=1\nFDNAME=x", fd);
    assertRefused(box, service, "EINVAL", "FDSTORE=1\nFDPOLL=2\nFDNAME=x", fd);
    assertRefused(box, service, "EINVAL", "FDSTORE=1\nFDNAME=..", fd);
    assertRefused(box, service, "EINVAL", "FDSTORE=1\0", fd);
    assertRefused(box, service, "EPERM", "FDSTORE=1\nFDNAME=.fdbox/x", fd);
    assertRefused(box, service, "EMSGSIZE", "FDSTORE=1\n" + "x".repeat(65_536), fd);
    assertRefused(box, service, "ELOOP", store(box, "x"), service.open(box.path(), "O_DIRECTORY"));
    assertRefused(box, service, "ELOOP", store(box, "x"), Notifier.of(service, box).fd());
    assertRefused(box, service, "EBADF", store(box, "x"), service.open("/", "O_PATH"));
    assertThat(box.mount().metric("fdboxfs_entries")).isZero();
  }

  @Test
  void theRightsOfTheSenderCount(TestBox box) {
    OtherProcess root = box.process();
    root.run("mkdir", box.path("dir"), "0770");
    root.run("chown", box.path("dir"), 0, 2000);
    OtherProcess member = box.process(1000, 1000, 2000);
    OtherProcess other = box.process(1001, 1001);

    Notifier.of(member, box).sendAndWait(store(box, "dir/ram"), member.memfd(""));
    assertThat(root.stat(box.path("dir/ram")).uid()).isEqualTo(1000);
    assertRefused(box, other, "EACCES", store(box, "dir/other"), other.memfd(""));
    assertRefused(
        box,
        other,
        "EACCES",
        store(box, "missing/../x").replace("missing/..", "dir"),
        other.memfd(""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void storingWhatIsStoredIsNoError(boolean byExchange, TestBox box) {
    OtherProcess service = box.process(1000, 1000);
    long fd = service.run("eventfd", 0);
    long same = service.run("dup", fd);
    OtherProcess other = box.process();
    long others = other.run("getfd", service.pid(), fd);
    other.run("user", 1001, 1001);
    service.put(service.run("eventfd", 0), box.path("different"));
    tell(service, box, byExchange, NONE, fd);

    tell(service, box, byExchange, NONE, fd);
    tell(service, box, byExchange, NONE, same);
    tell(service, box, byExchange, "EEXIST", service.run("eventfd", 0));
    tell(other, box, byExchange, "EEXIST", others);

    long taken = Exchange.of(service, box).takeNamed(box.name() + "/event").fd();
    assertThat(service.run("kcmp", taken, service.pid(), fd)).isZero();
    assertThat(box.mount().metric("fdboxfs_entries")).isEqualTo(2);
  }

  private static void tell(
      OtherProcess process, TestBox box, boolean byExchange, String errno, long fd) {
    String message = store(box, "event");
    if (byExchange) {
      assertThat(Exchange.of(process, box).ask(message, fd).errno()).isEqualTo(errno);
    } else if (errno.equals(NONE)) {
      int before = denials(process, box).size();
      Notifier.of(process, box).sendAndWait(message, fd);
      assertThat(denials(process, box)).hasSize(before);
    } else {
      assertRefused(box, process, errno, message, fd);
    }
  }
}
