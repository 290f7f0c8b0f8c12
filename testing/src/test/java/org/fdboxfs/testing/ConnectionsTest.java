package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that behave badly, and how many there may be. */
@Mounted
class ConnectionsTest {
  private static final int POLLHUP = 16;
  private static final int MOST_OF_ONE_USER = 256;
  private static final int MOST = 1536;
  private static final int FLOOD = 100_000;
  private static final long MOST_UNREAD = 32;

  private static void assertServed(Exchange exchange) {
    assertThat(exchange.ask("FDLIST=1").errno()).isEqualTo(NONE);
  }

  private static List<Exchange> connections(TestBox box, OtherProcess process, int count) {
    List<Exchange> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(Exchange.of(process, box));
    }
    return connections;
  }

  @Test
  void thoseThatNeverSendAreInNobodysWay(TestBox box) {
    List<Exchange> silent = connections(box, box.process(1000, 1000), 100);

    assertServed(Exchange.of(box.process(1001, 1001), box));

    silent.forEach(ConnectionsTest::assertServed);
  }

  @Test
  void thoseThatCloseBeforeTheyAreAnsweredLeaveNothingBehind(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    long fd = process.memfd("");
    String take = "FDTAKE=1\n" + Exchange.named(box.name() + "/ram");

    for (int i = 0; i < 300; i++) {
      Exchange exchange = Exchange.of(process, box);
      if (i % 3 == 0) {
        exchange.send(take);
      } else if (i % 3 == 1) {
        exchange.send("FDTAKE=1", fd + "*253");
      }
      exchange.close();
    }

    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
    assertServed(Exchange.of(process, box));
  }

  @Test
  void whatWasAskedBeforeTheEndOfSendingIsAnswered(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    exchange.send("FDLIST=1");
    process.run("shutdown", exchange.fd(), "SHUT_WR");

    assertThat(exchange.receive().errno()).isEqualTo(NONE);
    assertThat(exchange.receive().errno()).isEqualTo(Exchange.END);
  }

  @Test
  void answersComeInTheOrderOfTheRequests(TestBox box) {
    OtherProcess process = box.process();
    process.run("put_many", process.memfd(""), box.path("e"), 100);
    Exchange exchange = Exchange.of(process, box);
    for (int i = 0; i < 100; i++) {
      exchange.send("FDTAKE=1\n" + Exchange.named(box.name() + "/e" + i));
    }

    for (int i = 0; i < 100; i++) {
      assertThat(exchange.receive().names()).containsExactly(box.name() + "/e" + i);
    }
  }

  @Test
  void whoDoesNotReadItsAnswersIsNotReadEither(TestBox box) {
    OtherProcess process = box.process(1000, 1000);
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    String take = "FDTAKE=1\n" + Exchange.named(box.name() + "/ram");

    long sent = process.run("fill", exchange.fd(), take, FLOOD);

    assertThat(sent).isLessThan(FLOOD);
    Exchange other = Exchange.of(box.process(1001, 1001), box);
    for (int i = 0; i < 100; i++) {
      assertServed(other);
    }
    for (long i = 0; i < sent; i++) {
      process.close(exchange.receive().fd());
    }
    assertServed(exchange);
  }

  @Test
  void whoIsKilledWithAnswersUnreadLeavesNothingBehind(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    OtherProcess taker = box.process();
    String names = Exchange.named(box.name() + "/ram").repeat(253);
    taker.run("fill", Exchange.of(taker, box).fd(), "FDTAKE=1\n" + names, FLOOD);
    assertThat(process.xattr(box.path("ram"), "user.fdbox.claims")).isEqualTo("1");

    taker.close();

    Await.until("no claim is left", () -> box.mount().metric("fdboxfs_claims") == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exchange", "notify"})
  void aFloodOfDescriptorsDoesNotExhaustTheDaemon(String socket, TestBox box) {
    OtherProcess flooding = box.process(1000, 1000);
    long target =
        socket.equals("exchange")
            ? Exchange.of(flooding, box).fd()
            : Notifier.of(flooding, box).fd();
    List<Long> kinds = new ArrayList<>(flooding.numbers("socketpair", "SOCK_STREAM"));
    kinds.add(flooding.run("eventfd", 0));
    kinds.add(flooding.memfd("content"));
    kinds.add(flooding.open("/proc/self/exe", "O_RDONLY"));
    kinds.add(flooding.open("/dev/null", "O_RDWR"));
    OtherProcess other = box.process(1001, 1001);
    Exchange exchange = Exchange.of(other, box);
    List<Object> words = new ArrayList<>(List.of(target, "FDSTORE=1", 1_000));
    kinds.forEach(fd -> words.add(fd + "*42"));

    flooding.send("fill", words.toArray());
    int most = 0;
    while (!flooding.hasAnswered()) {
      most = Math.max(most, box.mount().descriptors().size());
      assertServed(exchange);
    }

    assertThat(flooding.answer()).startsWith("ok ");
    assertThat(most).as("descriptors of the daemon").isLessThan(4_000);
    long fd = other.memfd("");
    assertThat(exchange.store(List.of(fd), box.name() + "/ram").errno()).isEqualTo(NONE);
  }

  @Test
  void aUserHasSoManyAndOthersHaveThemAsWell(TestBox box) {
    OtherProcess greedy = box.process(1000, 1000);
    List<Exchange> all = connections(box, greedy, MOST_OF_ONE_USER);
    assertServed(all.get(MOST_OF_ONE_USER - 1));

    assertRefusedConnection(box, greedy);
    assertServed(Exchange.of(box.process(1001, 1001), box));
    assertServed(Exchange.of(box.process(), box));
    assertServed(all.get(0));

    all.get(0).close();
    Await.until("there is room again", () -> isAdmitted(box, greedy));
  }

  /** Refused with a reason, which also who asks before it reads gets to see. */
  private static void assertRefusedConnection(TestBox box, OtherProcess process) {
    Reply refusal = Exchange.of(process, box).receive();
    assertThat(refusal.errno()).isEqualTo("ENFILE");
    assertThat(refusal.why()).contains("connections");
    for (int i = 0; i < 20; i++) {
      Exchange asking = Exchange.of(process, box);
      String sent = asking.sendNow("FDLIST=1");
      assertThat(asking.receive().errno()).as("sent: %s", sent).isEqualTo("ENFILE");
      assertThat(asking.receive().errno()).isEqualTo(Exchange.END);
    }
  }

  private static boolean isAdmitted(TestBox box, OtherProcess process) {
    Exchange exchange = Exchange.of(process, box);
    boolean admitted = isAdmitted(exchange);
    exchange.close();
    return admitted;
  }

  /** Who is refused may find out before it has asked. */
  private static boolean isAdmitted(Exchange exchange) {
    exchange.sendNow("FDLIST=1");
    return exchange.receive().errno().equals(NONE);
  }

  @Test
  void fewUsersDoNotKeepOthersOut(TestBox box) {
    int all = 0;
    for (int i = 0; i < 8; i++) {
      OtherProcess greedy = box.process(2000 + i, 2000);
      while (isAdmitted(Exchange.of(greedy, box))) {
        all++;
      }
    }
    assertThat(all).isBetween(MOST / 2, MOST);

    OtherProcess other = box.process(1001, 1001);
    connections(box, other, 10).forEach(ConnectionsTest::assertServed);
  }

  @Test
  void thereAreSoManyOfAll(TestBox box) {
    List<OtherProcess> roots = new ArrayList<>();
    for (int i = 0; i < MOST / MOST_OF_ONE_USER; i++) {
      OtherProcess root = box.process();
      roots.add(root);
      assertServed(connections(box, root, MOST_OF_ONE_USER).get(MOST_OF_ONE_USER - 1));
    }

    assertRefusedConnection(box, box.process());
    roots.get(0).close();
    OtherProcess root = box.process();
    Await.until("there is room again", () -> isAdmitted(box, root));
  }

  @Test
  void fewAnswersWaitToBeRead(TestBox box) {
    OtherProcess process = box.process(1000, 1000);
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    long before = takes(box);

    long sent =
        process.run(
            "fill", exchange.fd(), "FDTAKE=1\n" + Exchange.named(box.name() + "/ram"), FLOOD);

    assertThat(sent).isGreaterThan(MOST_UNREAD);
    assertThat(takes(box) - before).isBetween(1L, MOST_UNREAD);
    for (long i = 0; i < sent; i++) {
      process.close(exchange.receive().fd());
    }
    assertServed(exchange);
  }

  private static long takes(TestBox box) {
    return box.mount().metric("fdboxfs_events_total{type=\"take\"}");
  }

  @Test
  void answersThatNobodyReadsTakeNoDescriptorsOfTheDaemon(TestBox box) {
    OtherProcess process = box.process(1000, 1000);
    process.put(process.memfd(""), box.path("ram"));
    String names = Exchange.named(box.name() + "/ram").repeat(253);
    Exchange first = Exchange.of(process, box);
    first.ask("FDTAKE=1\nFDACCESS=read\n" + names).fds().forEach(process::close);
    int before = box.mount().descriptors().size();

    for (int i = 0; i < 4; i++) {
      long fd = Exchange.of(process, box).fd();
      process.run("fill", fd, "FDTAKE=1\nFDACCESS=read\n" + names, FLOOD);
    }

    assertThat(box.mount().descriptors().size() - before).isLessThan(20);
  }

  @Test
  void aBarrierIsLetGoAndAnswered(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    List<Long> pipe = process.numbers("pipe");

    assertThat(exchange.ask("BARRIER=1", pipe.get(1)).errno()).isEqualTo(NONE);

    process.close(pipe.get(1));
    assertThat(process.run("poll", pipe.get(0), 0, 30_000)).isEqualTo(POLLHUP);
  }
}
