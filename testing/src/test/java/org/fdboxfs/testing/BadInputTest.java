package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fdboxfs.testing.Exchange.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that are wrong are answered with an errno and a reason, and do nothing. */
@Mounted
class BadInputTest {
  private static final int MOST_BYTES = 65_536;

  private static Arguments refused(String errno, String message, int descriptors) {
    return Arguments.of(errno, message, descriptors);
  }

  static Stream<Arguments> messages() {
    String store = "FDSTORE=1\nFDNAME=BOX/x\n";
    return Stream.of(
        // Lines.
        refused("EINVAL", "\n", 0),
        refused("EINVAL", "FDLIST", 0),
        refused("EINVAL", "=1", 0),
        refused("EINVAL", " FDLIST=1", 0),
        refused("EINVAL", "FDLIST=1 ", 0),
        refused("EINVAL", "FDLIST=1\r\n", 0),
        refused("EINVAL", "fdlist=1", 0),
        refused("EINVAL", "FDLIST=1\nREADY=1", 0),
        refused("EINVAL", "READY=1", 0),
        refused("EINVAL", "FDNAME=BOX", 0),
        refused("EINVAL", "FDLIST=1\0", 0),
        refused("EINVAL", "FDLIST=1\nFDNAME=BOX\0", 0),
        refused("EINVAL", "\0", 0),
        // Values.
        refused("EINVAL", "FDLIST=", 0),
        refused("EINVAL", "FDLIST=0", 0),
        refused("EINVAL", "FDLIST=11", 0),
        refused("EINVAL", "FDTAKE=2\nFDNAME=BOX/ram", 0),
        refused("EINVAL", "FDTAKE=MOVE\nFDNAME=BOX/ram", 0),
        refused("EINVAL", "FDSTORE=move\nFDNAME=BOX/x", 1),
        refused("EINVAL", "BARRIER=0", 1),
        refused("EINVAL", store + "FDPOLL=", 1),
        refused("EINVAL", store + "FDPOLL=2", 1),
        refused("EINVAL", "FDTAKE=1\nFDNAME=BOX/ram\nFDACCESS=", 0),
        refused("EINVAL", "FDTAKE=1\nFDNAME=BOX/ram\nFDACCESS=READ", 0),
        // One thing, once, with what goes with it.
        refused("EINVAL", "FDLIST=1\nFDLIST=1", 0),
        refused("EINVAL", "FDTAKE=1\nFDTAKE=move\nFDNAME=BOX/ram", 0),
        refused("EINVAL", store + "FDSTORE=1", 1),
        refused("EINVAL", store + "FDTAKE=1", 1),
        refused("EINVAL", store + "FDPOLL=0\nFDPOLL=0", 1),
        refused("EINVAL", store + "FDACCESS=read", 1),
        refused("EINVAL", store + "BARRIER=1", 1),
        refused("EINVAL", "FDTAKE=1\nFDNAME=BOX/ram\nFDPOLL=1", 0),
        refused("EINVAL", "FDTAKE=1\nFDNAME=BOX/ram\nFDACCESS=read\nFDACCESS=read", 0),
        refused("EINVAL", "FDLIST=1\nFDPOLL=0", 0),
        refused("EINVAL", "FDLIST=1\nFDACCESS=read", 0),
        refused("EINVAL", "FDSTOREREMOVE=1\nFDNAME=BOX/ram\nFDPOLL=0", 0),
        refused("EINVAL", "BARRIER=1\nFDNAME=BOX", 1),
        // Numbers of descriptors and of names.
        refused("EINVAL", store, 0),
        refused("EINVAL", store, 2),
        refused("EINVAL", store, 253),
        refused("EINVAL", "FDSTORE=1", 1),
        refused("EINVAL", "FDSTORE=1", 0),
        refused("EINVAL", store + "FDNAME=BOX/y\n", 1),
        refused("EINVAL", "FDSTOREREMOVE=1", 0),
        refused("EINVAL", "FDSTOREREMOVE=1\nFDNAME=BOX/ram", 1),
        refused("EINVAL", "FDSTOREREMOVE=1\nFDNAME=BOX/ram\nFDNAME=BOX/ram", 0),
        refused("EINVAL", "FDLIST=1", 1),
        refused("EINVAL", "FDLIST=1\nFDNAME=BOX\nFDNAME=BOX", 0),
        refused("EINVAL", "BARRIER=1", 0),
        refused("EINVAL", "BARRIER=1", 2),
        // Names.
        refused("EINVAL", "FDSTORE=1\nFDNAME=", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=/", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=/BOX/x", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=BOX/", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=BOX//x", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=BOX/.", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=BOX/..", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=BOX/../BOX/x", 1),
        refused("EINVAL", "FDSTORE=1\nFDNAME=../x", 1),
        refused("EPERM", "FDSTORE=1\nFDNAME=x", 1),
        refused("EPERM", "FDSTORE=1\nFDNAME=.fdbox", 1),
        refused("EPERM", "FDSTORE=1\nFDNAME=.fdbox/x", 1),
        refused("EPERM", "FDTAKE=1\nFDNAME=.fdbox/status", 0),
        refused("EPERM", "FDTAKE=1\nFDNAME=BOX", 0),
        refused("EPERM", "FDSTOREREMOVE=1\nFDNAME=.fdbox/status", 0),
        refused("EPERM", "FDSTOREREMOVE=1\nFDNAME=BOX", 0),
        refused("EPERM", "FDLIST=1\nFDNAME=.fdbox", 0),
        refused("EPERM", "FDLIST=1\nFDNAME=.fdbox/", 0),
        refused("EILSEQ", "FDSTORE=1\nFDNAME=BOX/\ufffd", 1),
        refused("ENAMETOOLONG", "FDSTORE=1\nFDNAME=BOX/" + "x".repeat(256), 1),
        refused("ENAMETOOLONG", "FDTAKE=1\nFDNAME=BOX/" + "\u00fc".repeat(128), 0),
        refused("ENAMETOOLONG", "FDLIST=1\nFDNAME=" + "x".repeat(256), 0),
        refused("ENOENT", "FDSTORE=1\nFDNAME=no-such-box/x", 1),
        refused("ENOENT", "FDTAKE=1\nFDNAME=" + "x/".repeat(20_000) + "x", 0),
        refused("ENOENT", "FDSTOREREMOVE=1\nFDNAME=BOX/missing", 0),
        refused("ENOTDIR", "FDSTORE=1\nFDNAME=BOX/ram/x", 1),
        refused("EEXIST", "FDSTORE=1\nFDNAME=BOX/ram", 1),
        refused("EEXIST", store + "FDNAME=BOX/x\n", 2),
        refused("EISDIR", "FDSTOREREMOVE=1\nFDNAME=BOX/dir", 0),
        refused("ENOTDIR", "FDLIST=1\nFDNAME=BOX/ram", 0),
        // Size.
        refused("EMSGSIZE", "FDLIST=1" + "\n".repeat(MOST_BYTES - 7), 0),
        refused("EMSGSIZE", store + "x".repeat(150_000), 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void aWrongMessageIsRefusedAndDoesNothing(
      String errno, String message, int descriptors, TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));
    process.run("mkdir", box.path("dir"));
    Exchange exchange = Exchange.of(process, box);
    // Descriptors of an open file each: the same one twice under a name is no error.
    Object[] fds = new Object[descriptors];
    for (int i = 0; i < descriptors; i++) {
      fds[i] = i < 2 ? process.run("eventfd", 0) : fds[0];
    }
    Object[] sent = descriptors > 2 ? new Object[] {fds[0] + "*" + descriptors} : fds;

    Reply reply = exchange.ask(message.replace("BOX", box.name()), sent);

    assertThat(reply.errno()).as(reply.why()).isEqualTo(errno);
    assertThat(reply.why()).isNotBlank();
    assertThat(exchange.ask("FDLIST=1\nFDNAME=" + box.name()).lines())
        .as("on the same connection, as before")
        .containsExactlyInAnyOrder(
            "FDNAME=" + box.name() + "/dir/", "FDNAME=" + box.name() + "/ram", "FDKIND=memfd");
    assertThat(box.mount().metric("fdboxfs_claims")).isZero();
  }

  @Test
  void aNameThatIsNotUtf8IsRefused(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    for (String bytes : List.of("%FF", "%C0%AE", "%ED%A0%80", "%C3")) {
      Raw message = new Raw("FDSTORE=1%0AFDNAME=" + box.name() + "/" + bytes);
      process.run("sendmsg", exchange.fd(), message, process.run("eventfd", 0));
      assertThat(exchange.receive().errno()).as(bytes).isEqualTo("EILSEQ");
    }
  }

  @Test
  void namesOfAllOtherBytesAreTaken(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    for (String name :
        List.of("x".repeat(255), "\u00fc\ud83d\ude00", "a=b", "FDNAME=x", " ", "...", "\t\u0001")) {
      String path = box.name() + "/" + name;
      Reply stored = exchange.store(List.of(process.run("eventfd", 0)), path);
      assertThat(stored.errno()).as(name).isEqualTo(NONE);
      assertThat(exchange.takeNamed(path).names()).containsExactly(path);
      assertThat(process.errno("stat", box.path(name))).isEqualTo(NONE);
    }
    assertThat(exchange.store(List.of(process.memfd("")), box.name() + "/.fdbox").errno())
        .as("only at the root it is something else")
        .isEqualTo(NONE);
  }

  @Test
  void aMessageOfTheGreatestSizeIsUnderstood(TestBox box) {
    Exchange exchange = Exchange.of(box.process(), box);

    assertThat(exchange.ask("FDLIST=1" + "\n".repeat(MOST_BYTES - 8)).errno()).isEqualTo(NONE);
  }

  @Test
  void aMessageOfNothingClosesTheConnection(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);

    assertThat(exchange.ask("", process.memfd("")).errno()).isEqualTo(Exchange.END);
  }

  @Test
  void handlesAndSocketsOfFdboxfsAreRefused(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("ram"));
    Exchange exchange = Exchange.of(process, box);
    try (Mount other = Mount.start("threads=2", "")) {
      process.run("mkdir", other.path() + "/box");
      process.put(process.memfd(""), other.path() + "/box/ram");
      Map<String, Long> ours =
          Map.of(
              "handle of an entry", process.open(box.path("ram"), "O_RDWR"),
              "handle of a directory", process.open(box.path(), "O_DIRECTORY"),
              "control file", process.open(box.mount().control("status"), "O_RDONLY"),
              "handle of another mount", process.open(other.path() + "/box/ram", "O_RDWR"),
              "the connection itself", exchange.fd(),
              "another connection", Exchange.of(process, box).fd(),
              "a connection to another mount", Exchange.of(process, other.control("exchange")).fd(),
              "a notifier", Notifier.of(process, box).fd());

      ours.forEach(
          (what, fd) ->
              assertThat(exchange.store(List.of(fd), box.name() + "/x").errno())
                  .as(what)
                  .isEqualTo("ELOOP"));
      ours.values().forEach(process::close);
    }
  }

  @Test
  void kindsThatAreOffAreRefused(TestBox box) {
    OtherProcess process = box.process();
    Exchange exchange = Exchange.of(process, box);
    for (long fd :
        List.of(
            process.open("/proc/self/exe", "O_RDONLY"),
            process.open("/", "O_DIRECTORY"),
            process.open("/dev/null", "O_RDWR"),
            process.run("epoll"))) {
      assertThat(exchange.store(List.of(fd), box.name() + "/x").errno()).isEqualTo("EOPNOTSUPP");
    }
    long path = process.open("/", "O_PATH");
    assertThat(exchange.store(List.of(path), box.name() + "/x").errno()).isEqualTo("EBADF");
  }

  @Test
  void namesWithoutABoxNeedTheOption(TestBox box) {
    OtherProcess service = box.process(1003, 1003);

    Notifier.of(service, box).sendAndWait("FDSTORE=1\nFDNAME=bare", service.memfd(""));
    Notifier.of(service, box).sendAndWait("FDSTORE=1", service.memfd(""));

    assertThat(service.content(box.mount().control("denials")).lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"EINVAL\"") && line.contains("notify_box"));
  }

  @Test
  void refusalsOfTheRulesAreInTheDenials(TestBox box) {
    OtherProcess process = box.process(1004, 1004);

    Exchange.of(process, box).store(List.of(process.run("epoll")), box.name() + "/refused");

    assertThat(process.content(box.mount().control("denials")).lines())
        .hasSize(1)
        .allMatch(line -> line.contains("/refused\"") && line.contains("\"EOPNOTSUPP\""));
  }
}
