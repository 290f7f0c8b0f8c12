package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group that is taken by the handle of its directory. */
@Mounted
class GroupTakeTest {
  private static final String LINK = "user.fdbox.link";
  private static final String AFTER = "user.fdbox.after";

  /** A directory "net" marked so, with members a, b and c that hold their names. */
  private static OtherProcess group(TestBox box, String mark) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("net"), "0777");
    for (String name : List.of("a", "b", "c")) {
      process.put(process.memfd(name), box.path("net/" + name));
      process.run("chmod", box.path("net/" + name), "0666");
    }
    process.setXattr(box.path("net"), LINK, mark);
    return process;
  }

  private static long directory(OtherProcess process, TestBox box) {
    return process.open(box.path("net"), "O_DIRECTORY");
  }

  private static List<String> members(TestBox box, String... names) {
    return Stream.of(names).map(name -> box.name() + "/net/" + name).toList();
  }

  private static void assertClaims(OtherProcess process, TestBox box, String number) {
    for (String name : List.of("a", "b", "c")) {
      assertThat(process.xattr(box.path("net/" + name), "user.fdbox.claims"))
          .as(name)
          .isEqualTo(number);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserve", "in-order", "together"})
  void allMembersComeInOneMessage(String mark, TestBox box) {
    OtherProcess process = group(box, mark);
    OtherProcess taker = box.process(1000, 1000);
    long handle = directory(taker, box);

    Reply reply = Exchange.of(taker, box).take(handle);

    assertThat(reply.names()).isEqualTo(members(box, "a", "b", "c"));
    assertThat(reply.fds().stream().map(fd -> taker.text("read", fd, 100, 0)))
        .containsExactly("a", "b", "c");
    assertClaims(process, box, "1");
    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isNotEqualTo(NONE);
  }

  @Test
  void eachComesAfterWhatItDependsOn(TestBox box) {
    OtherProcess process = group(box, "in-order");
    process.setXattr(box.path("net/a"), AFTER, "b/c");
    process.setXattr(box.path("net/b"), AFTER, "c");

    Reply reply = Exchange.of(process, box).take(directory(process, box));

    assertThat(reply.names()).isEqualTo(members(box, "c", "b", "a"));
    assertThat(process.text("read", reply.fds().get(0), 100, 0)).isEqualTo("c");
  }

  @Test
  void aPolicySaysTheOrderOfKinds(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        groups: [ { match: { group: "net" }, open: in-order, order: [eventfd, memfd] } ]
        """);
    OtherProcess process = group(box, "in-order");
    process.run("removexattr", box.path("net"), LINK);
    process.put(process.run("eventfd", 0), box.path("net/z"));

    Reply reply = Exchange.of(process, box).take(directory(process, box));

    assertThat(reply.names()).isEqualTo(members(box, "z", "a", "b", "c"));
  }

  @Test
  void togetherIsTheOnlyWay(TestBox box) {
    OtherProcess process = group(box, "together");
    Exchange exchange = Exchange.of(process, box);

    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo("ENOLINK");
    assertThat(exchange.takeNamed(box.name() + "/net/a").errno()).isEqualTo("ENOLINK");
    assertThat(exchange.take(directory(process, box)).fds()).hasSize(3);
    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo("ENOLINK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserve", "in-order"})
  void ofOneThatAnotherHoldsNothingIsTaken(String mark, TestBox box) {
    OtherProcess holder = group(box, mark);
    OtherProcess taker = box.process();
    long held = holder.open(box.path("net/b"), "O_RDWR");
    Exchange exchange = Exchange.of(taker, box);
    long handle = directory(taker, box);

    assertThat(exchange.take(handle).errno()).isEqualTo("EBUSY");

    assertThat(box.mount().metric("fdboxfs_claims")).isEqualTo(1);
    holder.close(held);
    assertThat(exchange.take(handle).fds()).hasSize(3);
  }

  @Test
  void aMemberThatIsNotToBeHadKeepsAllBack(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: one, match: { entry: c }, opens: 1 } ]\n");
    OtherProcess process = group(box, "reserve");
    long single = process.open(box.path("net/c"), "O_RDWR");
    Exchange exchange = Exchange.of(process, box);
    long handle = directory(process, box);

    assertThat(exchange.take(handle).errno()).as("by the same holder").isEqualTo("EBUSY");
    assertThat(box.mount().metric("fdboxfs_claims")).isEqualTo(1);
    process.close(single);
    process.run("chmod", box.path("net/c"), "0600");
    OtherProcess other = box.process(1000, 1000);
    assertThat(Exchange.of(other, box).take(directory(other, box)).errno()).isEqualTo("EACCES");
    assertClaims(process, box, "0");
    assertThat(exchange.take(handle).fds()).hasSize(3);
  }

  @Test
  void theClaimsAreTheHandlesFromTheTakeOn(TestBox box) {
    OtherProcess process = group(box, "reserve");
    OtherProcess taker = box.process();
    long handle = directory(taker, box);
    Exchange exchange = Exchange.of(taker, box);
    assertClaims(process, box, "0");

    exchange.take(handle).fds().forEach(taker::close);
    exchange.take(handle).fds().forEach(taker::close);
    assertClaims(process, box, "1");
    exchange.close();
    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo("EBUSY");
    assertThat(taker.tryOpen(box.path("net/a"), "O_RDWR")).as("the holder").isEqualTo(NONE);

    taker.close(handle);

    assertClaims(process, box, "0");
    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void withTheHandleGoneTheGroupIsKeptByWhoHasAMember(TestBox box) {
    OtherProcess process = group(box, "reserve");
    OtherProcess taker = box.process();
    long handle = directory(taker, box);
    List<Long> fds = Exchange.of(taker, box).take(handle).fds();

    taker.close(handle);
    taker.close(fds.get(0));
    taker.close(fds.get(1));

    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo("EBUSY");
    OtherProcess other = box.process();
    assertThat(Exchange.of(other, box).take(directory(other, box)).errno()).isEqualTo("EBUSY");
    taker.close(fds.get(2));
    assertThat(process.tryOpen(box.path("net/a"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void aTakerThatIsKilledFreesAll(TestBox box) {
    OtherProcess process = group(box, "reserve");
    OtherProcess taker = box.process();
    Exchange.of(taker, box).take(directory(taker, box));
    assertThat(process.tryOpen(box.path("net/c"), "O_RDWR")).isEqualTo("EBUSY");

    taker.close();

    assertThat(process.tryOpen(box.path("net/c"), "O_RDWR")).isEqualTo(NONE);
    assertClaims(process, box, "0");
  }

  @Test
  void whatIsNoGroupIsRefused(TestBox box) {
    OtherProcess process = group(box, "none");
    Exchange exchange = Exchange.of(process, box);

    assertThat(exchange.take(directory(process, box)).errno()).isEqualTo("EISDIR");
    process.run("mkdir", box.path("empty"));
    process.setXattr(box.path("empty"), LINK, "reserve");
    assertThat(exchange.take(process.open(box.path("empty"), "O_DIRECTORY")).errno())
        .isEqualTo("ENOENT");
  }

  @Test
  void aGroupIsTakenWithAsManyMembersAsAMessageHolds(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("net"));
    process.setXattr(box.path("net"), LINK, "reserve");
    process.run("put_many", process.memfd(""), box.path("net/m"), 253);
    Exchange exchange = Exchange.of(process, box);

    assertThat(exchange.take(directory(process, box)).fds()).hasSize(253);
    process.put(process.memfd(""), box.path("net/more"));
    assertThat(exchange.take(directory(process, box)).errno()).isEqualTo("EMSGSIZE");
  }

  @Test
  void directoriesInAGroupAreNoMembers(TestBox box) {
    OtherProcess process = group(box, "reserve");
    process.run("mkdir", box.path("net/below"));
    process.put(process.memfd(""), box.path("net/below/ram"));

    assertThat(Exchange.of(process, box).take(directory(process, box)).names())
        .isEqualTo(members(box, "a", "b", "c"));
  }

  @Test
  void aMemberComesForWhatItWasPutFor(TestBox box) {
    OtherProcess process = group(box, "reserve");
    process.put(process.numbers("pipe").get(0), box.path("net/d"));

    List<Long> fds = Exchange.of(process, box).take(directory(process, box)).fds();

    assertThat(fds.stream().map(fd -> process.run("flags", fd) & 3))
        .containsExactly(2L, 2L, 2L, 0L);
  }

  @Test
  void theSetOfAHandleStaysAsItWasTaken(TestBox box) {
    OtherProcess process = group(box, "reserve");
    Exchange exchange = Exchange.of(process, box);
    long handle = directory(process, box);
    exchange.take(handle);

    process.run("unlink", box.path("net/b"));
    process.put(process.memfd("d"), box.path("net/d"));
    process.run("rename", box.path("net"), box.path("moved"));
    Reply reply = exchange.take(handle);

    assertThat(reply.fds().stream().map(fd -> process.text("read", fd, 100, 0)))
        .containsExactly("a", "b", "c");
    assertThat(reply.names())
        .containsExactly(box.name() + "/moved/a", "b", box.name() + "/moved/c");
  }

  @Test
  void aGroupMovesOutAsAWhole(TestBox box) {
    OtherProcess process = group(box, "together");
    Exchange exchange = Exchange.of(process, box);

    Reply reply = exchange.ask("FDTAKE=move\n", directory(process, box));

    assertThat(reply.names()).isEqualTo(members(box, "a", "b", "c"));
    assertThat(process.run("rmdir", box.path("net"))).as("nothing is left in it").isZero();
  }

  @Test
  void aSealedBoxGivesNoGroupOut(TestBox box) {
    OtherProcess process = group(box, "reserve");
    process.setXattr(box.path(), "user.fdbox.state", "sealed");

    assertThat(Exchange.of(process, box).take(directory(process, box)).errno()).isEqualTo("EBUSY");
    process.setXattr(box.path(), "user.fdbox.state", "live");
  }
}
