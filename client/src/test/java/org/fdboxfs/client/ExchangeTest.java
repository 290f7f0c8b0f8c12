package org.fdboxfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.client.Peer.Asked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an exchange asks, and what it makes of good and of bad answers. */
@SuppressWarnings("NullAway.Init")
class ExchangeTest {
  @TempDir private Path root;
  private Peer peer;
  private Exchange exchange;

  /** What is passed: a socket, since each has a name of its own in proc. */
  private List<Descriptor> things;

  private Descriptor thing;

  @BeforeEach
  void connect() throws IOException {
    Files.createFile(root.resolve("ram"));
    Files.createDirectory(root.resolve("net"));
    peer = Peer.connected(root);
    exchange = peer.exchange;
    things = Peer.socketPair();
    thing = things.get(0);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    peer.close();
    assertThat(Peer.copies(thing)).as("copies of what was passed").isEqualTo(1);
    things.forEach(Descriptor::close);
  }

  private static FdBoxException refusal(ThrowingCallable call) {
    return catchThrowableOfType(FdBoxException.class, call);
  }

  @Test
  void aPutSendsTheNamesInTheOrderOfTheDescriptors() throws Exception {
    peer.answers("ERRNO=0\n");
    Map<String, Descriptor> both = new LinkedHashMap<>();
    both.put("vm1/b", thing);
    both.put("vm1/a", things.get(1));

    exchange.put(both);

    assertThat(peer.asked()).isEqualTo(new Asked("FDSTORE=1\nFDNAME=vm1/b\nFDNAME=vm1/a\n", 2));
    assertThat(thing.number()).as("it is still the caller's").isNotNegative();
  }

  @Test
  void aPutOfNothingOrOfTooManyIsAMistakeOfTheCaller() {
    Map<String, Descriptor> many = new LinkedHashMap<>();
    IntStream.range(0, 254).forEach(i -> many.put("b/" + i, thing));

    assertThatThrownBy(() -> exchange.put(many)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> exchange.put(Map.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTakeByNameGivesTheDescriptor() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=vm1/a", thing);
    try (Descriptor taken = exchange.take("vm1/a", Access.READ)) {
      assertThat(Files.readSymbolicLink(taken.path()))
          .isEqualTo(Files.readSymbolicLink(thing.path()));
    }
    assertThat(peer.asked()).isEqualTo(new Asked("FDTAKE=1\nFDNAME=vm1/a\nFDACCESS=read\n", 0));
  }

  @Test
  void whatIsTakenIsCloseOnExec() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=vm1/a\n", thing);
    try (Descriptor taken = exchange.take("vm1/a")) {
      String info = Files.readString(Path.of("/proc/self/fdinfo/" + taken.number()));
      assertThat(info).containsPattern("flags:\t02[0-7]{6}\n");
    }
  }

  @Test
  void severalAreTakenByName() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=vm1/a\nFDNAME=vm1/b\n", thing, things.get(1));
    try (TakenSet taken = exchange.take(List.of("vm1/a", "vm1/b"))) {
      assertThat(taken.members()).extracting(Taken::name).containsExactly("vm1/a", "vm1/b");
      assertThat(taken.handle()).isEmpty();
    }
    assertThat(peer.asked().text()).isEqualTo("FDTAKE=1\nFDNAME=vm1/a\nFDNAME=vm1/b\n");
  }

  @Test
  void anOpenSendsTheHandle() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=ram\n", thing);
    try (OpenEntry open = exchange.open("ram", Access.READ)) {
      assertThat(open.handle().path().toRealPath()).isEqualTo(root.resolve("ram").toRealPath());
      assertThat(Peer.copies(thing)).isEqualTo(2);
    }
    assertThat(peer.asked()).isEqualTo(new Asked("FDTAKE=1\n", 1));
  }

  @Test
  void anOpenThatIsRefusedIsTheErrnoOfOpen() {
    assertThat(refusal(() -> exchange.open("missing", Access.READ)).errnoName())
        .isEqualTo("ENOENT");
  }

  @Test
  void aGroupIsTakenByItsDirectory() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=net/x\nFDNAME=net/y\n", thing, things.get(1));
    try (TakenSet taken = exchange.takeAll("net")) {
      assertThat(taken).extracting(Taken::name).containsExactly("net/x", "net/y");
      assertThat(taken.handle().orElseThrow().path().toRealPath())
          .isEqualTo(root.resolve("net").toRealPath());
    }
    assertThat(peer.asked()).isEqualTo(new Asked("FDTAKE=1\n", 1));
  }

  @Test
  void aGroupThatIsNoDirectoryIsNotAskedFor() {
    assertThat(refusal(() -> exchange.takeAll("ram")).errnoName()).isEqualTo("ENOTDIR");
  }

  @ParameterizedTest
  @CsvSource({
    "name, FDTAKE=move|FDNAME=vm1/a|",
    "access, FDTAKE=move|FDNAME=vm1/a|FDACCESS=write|"
  })
  void aMoveSaysSo(String how, String expected) throws Exception {
    peer.answers("ERRNO=0\nFDNAME=vm1/a\n", thing);
    Descriptor moved =
        how.equals("name") ? exchange.move("vm1/a") : exchange.move("vm1/a", Access.WRITE);
    moved.close();
    assertThat(peer.asked().text()).isEqualTo(expected.replace('|', '\n'));
  }

  @Test
  void movesByHandleSaySoToo() throws Exception {
    try (Descriptor handle = Peer.open(root.resolve("ram"))) {
      peer.answers("ERRNO=0\nFDNAME=ram\n", thing);
      exchange.move(handle).close();
      assertThat(peer.asked()).isEqualTo(new Asked("FDTAKE=move\n", 1));
    }
    peer.answers("ERRNO=0\nFDNAME=net/x\n", thing);
    exchange.moveAll("net").close();
    assertThat(peer.asked()).isEqualTo(new Asked("FDTAKE=move\n", 1));
  }

  @Test
  void aRemovalIsOneName() throws Exception {
    peer.answers("ERRNO=0\n");
    exchange.remove("vm1/a");
    assertThat(peer.asked()).isEqualTo(new Asked("FDSTOREREMOVE=1\nFDNAME=vm1/a\n", 0));
  }

  @Test
  void aListTellsDirectoriesAndKinds() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=vm1/net/\nFDNAME=vm1/a\nFDKIND=memfd\n");
    assertThat(exchange.list("vm1"))
        .containsExactly(new Listed("vm1/net", true, ""), new Listed("vm1/a", false, "memfd"));
    assertThat(peer.asked().text()).isEqualTo("FDLIST=1\nFDNAME=vm1\n");
    peer.answers("ERRNO=0\n");
    assertThat(exchange.list()).isEmpty();
  }

  @Test
  void aRefusalHasItsErrnoAndItsSentenceAndTheNextRequestGoesOn() throws Exception {
    peer.answers("ERRNO=16\nWHY=held by pid 5\n");
    FdBoxException refusal = refusal(() -> exchange.take("vm1/a"));
    assertThat(refusal.errno()).isEqualTo(16);
    assertThat(refusal.errnoName()).isEqualTo("EBUSY");
    assertThat(refusal.why()).isEqualTo("held by pid 5");
    assertThat(refusal).hasMessage("EBUSY: held by pid 5");

    peer.answers("ERRNO=2\n");
    assertThat(refusal(() -> exchange.remove("vm1/a")).why())
        .isEqualTo("No such file or directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "FDNAME=vm1/a\n",
        "ERRNO\nFDNAME=vm1/a\n",
        "ERRNO=\nFDNAME=vm1/a\n",
        "ERRNO=none\nFDNAME=vm1/a\n",
        "ERRNO=-1\nFDNAME=vm1/a\n",
        "ERRNO=4096\nFDNAME=vm1/a\n",
        "ERRNO=99999999999\nFDNAME=vm1/a\n",
        "FDNAME=vm1/a\nERRNO=0\n",
        "ERRNO=0\nFDNAME\n",
        "ERRNO=0\n=vm1/a\n",
        "ERRNO=0\n\nFDNAME=vm1/a\n",
        "ERRNO=0\nFDKIND=memfd\nFDNAME=vm1/a\n",
        "ERRNO=0\nFDNAME=vm1/\ud800\n",
        "ERRNO=0\n",
        "ERRNO=0\nFDNAME=vm1/a\nFDNAME=vm1/b\n"
      })
  void anAnswerThatMakesNoSenseEndsTheConnectionAndClosesWhatCame(String answer) throws Exception {
    // Half of a surrogate pair stands for a byte that is not UTF-8.
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    if (answer.indexOf('\ud800') >= 0) {
      bytes[answer.indexOf('\ud800')] = (byte) 0xff;
    }
    peer.answers(bytes.length == 0 ? new byte[] {0} : bytes, thing);

    assertThat(refusal(() -> exchange.take("vm1/a")).errnoName()).isEqualTo("EPROTO");
    assertThatThrownBy(() -> exchange.list()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tooManyOrTooFewDescriptorsEndTheConnection() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=a\nFDNAME=b\n", thing, things.get(1));
    assertThat(refusal(() -> exchange.take("vm1/a")).errnoName()).isEqualTo("EPROTO");

    try (Peer second = Peer.connected(root)) {
      second.answers("ERRNO=0\nFDNAME=vm1/a\n");
      assertThat(refusal(() -> second.exchange.take("vm1/a")).errnoName()).isEqualTo("EPROTO");
    }
    try (Peer third = Peer.connected(root)) {
      third.answers("ERRNO=0\n", thing);
      assertThat(refusal(() -> third.exchange.remove("vm1/a")).errnoName()).isEqualTo("EPROTO");
    }
    try (Peer fourth = Peer.connected(root)) {
      fourth.answers("ERRNO=0\n");
      assertThat(refusal(() -> fourth.exchange.takeAll("net")).errnoName()).isEqualTo("EPROTO");
    }
  }

  @Test
  void descriptorsOfARefusalAreClosed() throws Exception {
    peer.answers("ERRNO=16\nWHY=no\n", thing);
    assertThat(refusal(() -> exchange.take("vm1/a")).errnoName()).isEqualTo("EBUSY");
  }

  @Test
  void anAnswerThatIsTooLongIsNotReadInHalf() {
    peer.saysTooMuch();
    assertThat(refusal(() -> exchange.take("vm1/a")).errnoName()).isEqualTo("EPROTO");
  }

  @Test
  void descriptorsThatDoNotAllFitAreClosed() throws Exception {
    peer.answers("ERRNO=0\nFDNAME=a\nFDNAME=b\n", thing, thing);
    Descriptor lowestFree = thing.duplicate();
    int room = lowestFree.number() + 1;
    lowestFree.close();

    long before = Peer.limitOpenFiles(room);
    FdBoxException refusal;
    try {
      refusal = refusal(() -> exchange.take(List.of("a", "b")));
    } finally {
      Peer.limitOpenFiles(before);
    }
    assertThat(refusal.errnoName()).isEqualTo("EPROTO");
    assertThat(refusal.why()).contains("limit of open files");
  }

  @Test
  void aDaemonThatEndsIsSaid() {
    peer.hangUp();
    assertThat(refusal(() -> exchange.take("vm1/a")).errnoName()).isEqualTo("ECONNRESET");
  }

  @ParameterizedTest
  @CsvSource({"vm1/a\\nb, EINVAL", "vm1/\\ud800, EILSEQ"})
  void namesThatCannotBeSaidAreNotSent(String name, String errno) throws Exception {
    String real = name.replace("\\n", "\n").replace("\\ud800", "\ud800");
    assertThat(refusal(() -> exchange.take(real)).errnoName()).isEqualTo(errno);
    assertThat(refusal(() -> exchange.put(real, thing)).errnoName()).isEqualTo(errno);

    peer.answers("ERRNO=0\n");
    assertThat(exchange.list()).as("the connection goes on").isEmpty();
  }

  @Test
  void namesThatAreTooLongTogetherAreNotSent() {
    List<String> names = IntStream.range(0, 253).mapToObj(i -> "b/" + "x".repeat(300)).toList();
    assertThat(refusal(() -> exchange.take(names)).errnoName()).isEqualTo("EMSGSIZE");
  }

  @Test
  void whatIsNoMountIsSaid() {
    assertThat(refusal(() -> Exchange.connect(root)).why())
        .isEqualTo(root + " is not the root of an fdboxfs mount");
    assertThat(refusal(() -> Exchange.connect(root.resolve("none"))).errnoName())
        .isEqualTo("ENOENT");
  }

  @Test
  void aMountWithoutASocketIsSaid() throws IOException {
    Files.createDirectory(root.resolve(".fdbox"));
    assertThat(refusal(() -> Exchange.connect(root)).why())
        .isEqualTo(root + ": its daemon has no socket for this");
  }
}
