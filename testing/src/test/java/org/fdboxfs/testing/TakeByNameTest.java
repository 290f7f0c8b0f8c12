package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Takes without a handle: the lease is the connection, and modes are checked by the daemon. */
@Mounted
class TakeByNameTest {
  private static final int MOST = 253;
  private static final int CAP_DAC_OVERRIDE = 1;

  private static String named(TestBox box, String below) {
    return box.name() + "/" + below;
  }

  private static String claims(OtherProcess process, String path) {
    return process.xattr(path, "user.fdbox.claims");
  }

  private static void awaitClaims(OtherProcess process, String path, String number) {
    Await.until(
        () -> claims(process, path) + " claims become " + number,
        () -> claims(process, path).equals(number));
  }

  /** What is asked for one name with an access. */
  private static Reply takeFor(Exchange exchange, String access, String name) {
    return exchange.ask("FDTAKE=1\nFDACCESS=" + access + "\n" + Exchange.named(name));
  }

  @Test
  void theConnectionIsTheClaimUntilItIsClosed(TestBox box) {
    OtherProcess giver = box.process();
    long fd = giver.memfd("");
    giver.put(fd, box.path("ram"));
    OtherProcess taker = box.process();
    Exchange exchange = Exchange.of(taker, box);

    Reply reply = exchange.takeNamed(named(box, "ram"));

    assertThat(taker.run("kcmp", reply.fd(), giver.pid(), fd)).as("the very descriptor").isZero();
    assertThat(reply.names()).containsExactly(named(box, "ram"));
    assertThat(claims(giver, box.path("ram"))).isEqualTo("1");
    assertThat(
            StatusFile.entry(box, "ram")
                .getAsJsonArray("claimants")
                .get(0)
                .getAsJsonObject()
                .get("pid")
                .getAsLong())
        .isEqualTo(taker.pid());
    exchange.close();
    awaitClaims(giver, box.path("ram"), "0");
  }

  @Test
  void theClaimEndsWhenTheTakerIsKilled(TestBox box) {
    OtherProcess giver = box.process();
    giver.put(giver.memfd(""), box.path("ram"));
    OtherProcess taker = box.process();
    Exchange.of(taker, box).takeNamed(named(box, "ram"));
    assertThat(claims(giver, box.path("ram"))).isEqualTo("1");

    taker.close();

    awaitClaims(giver, box.path("ram"), "0");
  }

  @Test
  void twiceOnOneConnectionIsOneClaim(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: one, match: { entry: ram }, opens: 1 } ]\n");
    OtherProcess giver = box.process();
    giver.put(giver.memfd(""), box.path("ram"));
    OtherProcess taker = box.process();
    Exchange exchange = Exchange.of(taker, box);

    long first = exchange.takeNamed(named(box, "ram")).fd();
    long second = exchange.takeNamed(named(box, "ram")).fd();

    assertThat(taker.run("kcmp", first, taker.pid(), second)).isZero();
    assertThat(claims(giver, box.path("ram"))).isEqualTo("1");
    assertThat(giver.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EBUSY");
    assertThat(Exchange.of(taker, box).takeNamed(named(box, "ram")).errno())
        .as("on another connection")
        .isEqualTo("EBUSY");
  }

  @ParameterizedTest
  @CsvSource({"read, 0", "write, 1", "read-write, 2"})
  void theAccessIsTheOneThatWasAskedFor(String access, int flags, TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));

    long fd = takeFor(Exchange.of(process, box), access, named(box, "ram")).fd();

    assertThat(process.run("flags", fd) & 3).isEqualTo(flags);
  }

  @Test
  void withoutAnAccessItIsWhatItWasPutFor(TestBox box) {
    OtherProcess process = box.process();
    List<Long> pipe = process.numbers("pipe");
    process.put(pipe.get(0), box.path("r"));
    process.put(pipe.get(1), box.path("w"));
    process.put(process.memfd(""), box.path("ram"));

    Reply reply =
        Exchange.of(process, box).takeNamed(named(box, "r"), named(box, "w"), named(box, "ram"));

    assertThat(reply.fds().stream().map(fd -> process.run("flags", fd) & 3))
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void anAccessThatCannotBeHadIsRefusedAndClaimsNothing(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.run("eventfd", 0), box.path("event"));
    process.put(process.numbers("pipe").get(0), box.path("r"));
    Exchange exchange = Exchange.of(process, box);

    assertThat(takeFor(exchange, "read", named(box, "event")).errno()).isEqualTo("EACCES");
    assertThat(takeFor(exchange, "read-write", named(box, "r")).errno()).isEqualTo("EACCES");
    assertThat(takeFor(exchange, "both", named(box, "r")).errno()).isEqualTo("EINVAL");

    assertThat(claims(process, box.path("event"))).isEqualTo("0");
    assertThat(claims(process, box.path("r"))).isEqualTo("0");
  }

  @Test
  void anotherAccessThatIsRefusedLeavesTheClaim(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: one, match: { entry: ram }, opens: 2 } ]\n");
    OtherProcess giver = box.process();
    giver.put(giver.memfd(""), box.path("ram"));
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    process.close(takeFor(exchange, "read-write", named(box, "ram")).fd());

    Reply refused =
        exchange.ask(
            "FDTAKE=1\nFDACCESS=read\n" + Exchange.named(named(box, "ram"), named(box, "none")));

    assertThat(refused.errno()).isEqualTo("ENOENT");
    assertThat(claims(giver, box.path("ram"))).isEqualTo("1");
    assertThat(StatusFile.entry(box, "ram").get("writers").getAsInt()).isEqualTo(1);
    assertThat(Exchange.of(process, box).takeNamed(named(box, "ram")).errno())
        .as("one more of two")
        .isEqualTo(NONE);
    assertThat(exchange.takeNamed(named(box, "ram")).errno())
        .as("by the claim that it has")
        .isEqualTo(NONE);
  }

  @Test
  void anotherAccessReplacesTheClaim(TestBox box) throws IOException {
    box.policy("version: 1\nrules: [ { id: w, match: { entry: ram }, writers: 1 } ]\n");
    OtherProcess giver = box.process();
    giver.put(giver.memfd(""), box.path("ram"));
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    long writable = takeFor(exchange, "read-write", named(box, "ram")).fd();
    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EBUSY");

    process.close(writable);
    takeFor(exchange, "read", named(box, "ram")).fd();

    assertThat(process.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo(NONE);
    assertThat(claims(process, box.path("ram"))).isEqualTo("1");
  }

  @Test
  void ofSeveralNamesAllAreTakenOrNone(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    process.put(process.run("eventfd", 0), box.path("event"));
    Exchange exchange = Exchange.of(process, box);

    Reply none = exchange.takeNamed(named(box, "ram"), named(box, "event"), named(box, "missing"));

    assertThat(none.errno()).isEqualTo("ENOENT");
    assertThat(claims(process, box.path("ram"))).isEqualTo("0");
    assertThat(claims(process, box.path("event"))).isEqualTo("0");
    Reply all = exchange.takeNamed(named(box, "event"), named(box, "ram"), named(box, "event"));
    assertThat(all.names())
        .containsExactly(named(box, "event"), named(box, "ram"), named(box, "event"));
    assertThat(all.fds()).hasSize(3);
    assertThat(claims(process, box.path("ram"))).isEqualTo("1");
    assertThat(claims(process, box.path("event"))).isEqualTo("1");
  }

  @Test
  void whatWasTakenBeforeStaysClaimedWhenALaterTakeIsRefused(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    exchange.takeNamed(named(box, "ram")).fd();

    assertThat(exchange.takeNamed(named(box, "ram"), named(box, "missing")).errno())
        .isEqualTo("ENOENT");

    assertThat(claims(process, box.path("ram"))).isEqualTo("1");
  }

  @Test
  void asManyNamesAsAMessageHoldsDescriptors(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    List<String> names = new ArrayList<>(Collections.nCopies(MOST, named(box, "ram")));

    assertThat(exchange.takeNamed(names.toArray(String[]::new)).fds()).hasSize(MOST);
    names.add(named(box, "ram"));
    assertThat(exchange.takeNamed(names.toArray(String[]::new)).errno()).isEqualTo("EMSGSIZE");
  }

  @Test
  void modesOfTheEntryAreChecked(TestBox box) {
    OtherProcess owner = box.process();
    owner.put(owner.memfd("content"), box.path("ram"));
    OtherProcess other = box.process(1000, 1000);
    Exchange exchange = Exchange.of(other, box);

    assertThat(exchange.takeNamed(named(box, "ram")).errno()).isEqualTo("EACCES");
    assertThat(other.content(box.mount().control("denials")))
        .contains("\"path\":\"/" + named(box, "ram") + "\"", "\"rule\":\"posix\"");
    owner.run("chmod", box.path("ram"), "0644");
    assertThat(exchange.takeNamed(named(box, "ram")).errno())
        .as("it was put for writing, too")
        .isEqualTo("EACCES");
    long fd = takeFor(exchange, "read", named(box, "ram")).fd();
    assertThat(other.text("read", fd, 100, 0)).isEqualTo("content");
    owner.run("chmod", box.path("ram"), "0066");
    assertThat(exchange.takeNamed(named(box, "ram")).errno()).isEqualTo(NONE);
    assertThat(claims(owner, box.path("ram"))).isEqualTo("1");
  }

  @Test
  void whatMayNotBeSearchedIsRefusedWhetherOrNotItIsThere(TestBox box) {
    OtherProcess owner = box.process();
    owner.run("mkdir", box.path("dir"), "0700");
    owner.put(owner.memfd(""), box.path("dir/ram"));
    owner.run("chmod", box.path("dir/ram"), "0666");
    OtherProcess other = box.process(1000, 1000);
    Exchange exchange = Exchange.of(other, box);

    assertThat(exchange.takeNamed(named(box, "dir/ram")).errno()).isEqualTo("EACCES");
    assertThat(exchange.takeNamed(named(box, "dir/missing")).errno()).isEqualTo("EACCES");
    assertThat(exchange.takeNamed(named(box, "dir/ram/below")).errno()).isEqualTo("EACCES");
    owner.run("chmod", box.path("dir"), "0711");
    assertThat(exchange.takeNamed(named(box, "dir/ram")).errno()).isEqualTo(NONE);
    assertThat(exchange.takeNamed(named(box, "dir/missing")).errno()).isEqualTo("ENOENT");
    owner.run("chmod", box.path(), "0700");
    assertThat(exchange.takeNamed(named(box, "dir/ram")).errno()).isEqualTo("EACCES");
    assertThat(exchange.takeNamed(named(box, "missing")).errno()).isEqualTo("EACCES");
    assertThat(exchange.takeNamed("no-such-box/missing").errno()).isEqualTo("ENOENT");
  }

  @Test
  void supplementaryGroupsCount(TestBox box) {
    OtherProcess owner = box.process();
    owner.run("mkdir", box.path("dir"), "0750");
    owner.run("chown", box.path("dir"), 0, 2000);
    owner.put(owner.memfd(""), box.path("dir/ram"));
    owner.run("chown", box.path("dir/ram"), 0, 2001);
    owner.run("chmod", box.path("dir/ram"), "0660");

    assertTake(box, box.process(1000, 1000, 2000, 2001), NONE);
    assertTake(box, box.process(1000, 2001, 2000), NONE);
    assertTake(box, box.process(1000, 1000, 2000), "EACCES");
    assertTake(box, box.process(1000, 1000, 2001), "EACCES");
    assertTake(box, box.process(1000, 1000), "EACCES");
  }

  private static void assertTake(TestBox box, OtherProcess process, String errno) {
    Reply reply = Exchange.of(process, box).takeNamed(named(box, "dir/ram"));
    assertThat(reply.errno()).isEqualTo(errno);
  }

  @Test
  void rootWithoutTheCapabilityIsHeldToTheModes(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    owner.put(owner.memfd(""), box.path("ram"));
    OtherProcess root = box.process();
    assertThat(Exchange.of(root, box).takeNamed(named(box, "ram")).errno()).isEqualTo(NONE);

    root.run("dropcap", CAP_DAC_OVERRIDE);

    assertThat(root.tryOpen(box.path("ram"), "O_RDWR")).as("on the mount").isEqualTo("EACCES");
    assertThat(Exchange.of(root, box).takeNamed(named(box, "ram")).errno()).isEqualTo("EACCES");
  }

  @Test
  void whoConnectedAsksWhoeverSends(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange asRoot = Exchange.of(process, box);
    process.run("user", 1000, 1000);

    assertThat(asRoot.takeNamed(named(box, "ram")).errno()).isEqualTo(NONE);
    assertThat(Exchange.of(process, box).takeNamed(named(box, "ram")).errno()).isEqualTo("EACCES");
  }

  @Test
  void namesOfNoEntryAreRefused(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    process.run("mkdir", box.path("group"));
    process.put(process.memfd(""), box.path("group/member"));
    process.setXattr(box.path("group"), "user.fdbox.link", "reserve");
    Exchange exchange = Exchange.of(process, box);

    assertThat(exchange.takeNamed(named(box, "missing")).errno()).isEqualTo("ENOENT");
    assertThat(exchange.takeNamed(named(box, "ram/below")).errno()).isEqualTo("ENOTDIR");
    assertThat(exchange.takeNamed(named(box, "group")).errno()).isEqualTo("EISDIR");
    assertThat(exchange.takeNamed(box.name()).errno()).as("at the root").isEqualTo("EPERM");
    assertThat(exchange.takeNamed(".fdbox/status").errno()).isEqualTo("EPERM");
  }

  @Test
  void aNameThatIsAnotherEntryNowIsTakenAnew(TestBox box) {
    OtherProcess process = box.process();
    long first = process.memfd("");
    long second = process.memfd("");
    process.put(first, box.path("ram"));
    process.put(second, box.path("next"));
    Exchange exchange = Exchange.of(process, box);
    exchange.takeNamed(named(box, "ram"));

    process.run("rename", box.path("next"), box.path("ram"));
    long taken = exchange.takeNamed(named(box, "ram")).fd();

    assertThat(process.run("kcmp", taken, process.pid(), second)).isZero();
    assertThat(claims(process, box.path("ram"))).isEqualTo("1");
  }

  @Test
  void aConnectionThatLastsHoldsNotOnToAllThatIsGone(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    Exchange exchange = Exchange.of(process, box);

    for (int i = 0; i < 300; i++) {
      process.put(fd, box.path("e" + i));
      process.close(exchange.takeNamed(named(box, "e" + i)).fd());
      process.run("unlink", box.path("e" + i));
    }

    assertThat(box.mount().metric("fdboxfs_claims")).isLessThan(100);
  }

  @Test
  void removedByTheSameConnectionNothingIsLeft(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    exchange.takeNamed(named(box, "ram")).fd();

    Reply removed = exchange.ask("FDSTOREREMOVE=1\n" + Exchange.named(named(box, "ram")));

    assertThat(removed.errno()).isEqualTo(NONE);
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
    assertThat(box.mount().metric("fdboxfs_claims")).isZero();
  }
}
