package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the sockets of a mount are, and when they are gone. */
class SocketFilesTest {
  private static final int USER = 1000;
  private static final Path SYSTEM = Path.of("/run/fdboxfs");

  @TempDir private Path directory;
  private final List<Path> places = new ArrayList<>();
  private final OtherProcess process = OtherProcess.start();

  @BeforeEach
  void requireFuse() throws IOException {
    MountedTest.requireFuse();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void unmountEverything() throws IOException {
    process.close();
    for (Path place : places) {
      while (Files.readString(Path.of("/proc/self/mounts")).contains(" " + place + " ")) {
        Command.run("umount", "-l", place.toString());
      }
    }
  }

  private Path newPlace() throws IOException {
    Path place = Files.createDirectory(directory.resolve("mnt" + places.size()));
    places.add(place);
    return place;
  }

  private Path mounted(Map<String, String> environment) throws IOException {
    Path place = newPlace();
    Command.Result result =
        Command.run(
            environment, Command.launcher().toString(), "mount", "-o", "threads=2", place + "");
    assertThat(result.status()).as(result.output()).isZero();
    return place;
  }

  private static long daemonOf(Path place) throws IOException {
    return Mount.statusAt(place).get("pid").getAsLong();
  }

  private static Path socket(Path place, String name) throws IOException {
    return Files.readSymbolicLink(place.resolve(".fdbox").resolve(name));
  }

  private static Path above(Path path) {
    return path.resolve("..").normalize();
  }

  private void assertAnswers(Path place) {
    Exchange exchange = Exchange.of(process, place + "/.fdbox/exchange");
    assertThat(exchange.ask("FDLIST=1").errno()).isEqualTo(NONE);
    exchange.close();
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void theMountShowsWhereTheyAre() throws IOException {
    Path place = mounted(Map.of());
    Path own = SYSTEM.resolve(daemonOf(place) + "");

    assertThat(socket(place, "exchange")).isEqualTo(own.resolve("exchange"));
    assertThat(socket(place, "notify")).isEqualTo(own.resolve("notify"));
    assertThat(process.stat(place + "/.fdbox/exchange").mode()).isEqualTo("120777");
    assertThat(process.stat(place + "/.fdbox/exchange").size())
        .isEqualTo(own.resolve("exchange").toString().length());
    try (Stream<Path> listed = Files.list(place.resolve(".fdbox"))) {
      assertThat(listed.map(path -> path.getFileName().toString())).contains("exchange", "notify");
    }
    assertAnswers(place);
  }

  @Test
  void theLinksStayAsTheyAre() throws IOException {
    Path place = mounted(Map.of());
    String link = place + "/.fdbox/exchange";

    assertThat(process.errno("unlink", link)).isEqualTo("EPERM");
    assertThat(process.errno("rename", link, place + "/.fdbox/other")).isEqualTo("EPERM");
    assertThat(process.errno("symlink", "/etc", place + "/.fdbox/other")).isEqualTo("EPERM");
    assertThat(process.errno("symlink", "/etc", link)).isEqualTo("EEXIST");
    assertThat(process.tryOpen(link, "O_RDWR")).as("it leads to a socket").isEqualTo("ENXIO");
    assertAnswers(place);
  }

  @Test
  void everybodyMayConnectWhateverTheUmaskIs() throws IOException {
    Path place = newPlace();
    Path runtime = directory.resolve("runtime");
    Command.Result result =
        Command.run(
            Map.of("RUNTIME_DIRECTORY", runtime.toString()),
            "sh",
            "-c",
            "umask 077; exec \"$0\" mount \"$1\"",
            Command.launcher().toString(),
            place.toString());
    assertThat(result.status()).as(result.output()).isZero();

    Path exchange = socket(place, "exchange");
    assertThat(modeOf(exchange)).isEqualTo("rw-rw-rw-");
    assertThat(modeOf(socket(place, "notify"))).isEqualTo("rw-rw-rw-");
    assertThat(modeOf(above(exchange))).isEqualTo("rwxr-xr-x");
    assertThat(modeOf(runtime)).isEqualTo("rwxr-xr-x");
    process.run("user", USER, USER);
    assertAnswers(place);
    long notifier = process.run("connect", place + "/.fdbox/notify", "SOCK_DGRAM");
    process.run("sendmsg", notifier, "READY=1");
    assertThat(process.errno("unlink", exchange.toString())).isEqualTo("EACCES");
  }

  @Test
  void theDirectoryThatSystemdMadeIsUsed() throws IOException {
    Path first = Files.createDirectory(directory.resolve("first"));
    Path place = mounted(Map.of("RUNTIME_DIRECTORY", first + ":" + directory.resolve("second")));

    assertThat(above(above(socket(place, "exchange")))).isEqualTo(first);
    assertAnswers(place);
  }

  @Test
  void theyGoWithTheMount() throws IOException {
    Path place = mounted(Map.of());
    Path own = above(socket(place, "exchange"));
    assertThat(own).isDirectory();

    assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();

    assertThat(own).doesNotExist();
  }

  @Test
  void theyGoWithADaemonThatIsAskedToEnd() throws IOException {
    Path place = mounted(Map.of());
    Path own = above(socket(place, "exchange"));
    long pid = daemonOf(place);
    Exchange connected = Exchange.of(process, place + "/.fdbox/exchange");

    process.run("kill", pid, "SIGTERM");

    assertThat(connected.receive().errno()).isEqualTo(Exchange.END);
    Await.until("the daemon is gone", () -> ProcessState.isGone(pid));
    assertThat(own).doesNotExist();
  }

  @Test
  void whatAKilledDaemonLeftGoesWithTheNextMount() throws IOException {
    Path living = mounted(Map.of());
    Path killed = mounted(Map.of());
    Path left = above(socket(killed, "exchange"));
    long pid = daemonOf(killed);
    Exchange connected = Exchange.of(process, killed + "/.fdbox/exchange");
    process.run("kill", pid, "SIGKILL");
    Await.until("the daemon is gone", () -> ProcessState.isGone(pid));
    assertThat(connected.receive().errno()).isIn(Exchange.END, "ECONNRESET");
    assertThat(left).exists();

    Path next = mounted(Map.of());

    assertThat(left).doesNotExist();
    assertAnswers(living);
    assertAnswers(next);
  }

  @Test
  void mountsBesideEachOtherHaveTheirOwn() throws IOException {
    Path one = mounted(Map.of());
    Path two = mounted(Map.of());
    assertThat(socket(one, "exchange")).isNotEqualTo(socket(two, "exchange"));
    process.run("mkdir", one + "/box");
    Exchange exchange = Exchange.of(process, one + "/.fdbox/exchange");

    assertThat(exchange.store(List.of(process.memfd("")), "box/ram").errno()).isEqualTo(NONE);

    assertThat(process.errno("stat", one + "/box/ram")).isEqualTo(NONE);
    Exchange other = Exchange.of(process, two + "/.fdbox/exchange");
    assertThat(other.takeNamed("box/ram").errno()).isEqualTo("ENOENT");
  }

  @Test
  void withoutAPlaceForThemTheRestWorks() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);
    Path deep = directory.resolve("x".repeat(100));
    for (Path runtime : List.of(file, link, deep)) {
      Path place = mounted(Map.of("RUNTIME_DIRECTORY", runtime.toString()));

      assertThat(place.resolve(".fdbox/exchange")).doesNotExist();
      process.run("mkdir", place + "/box");
      process.put(process.memfd("content"), place + "/box/ram");
      assertThat(process.content(place + "/box/ram")).isEqualTo("content");
    }
    assertThat(elsewhere).isEmptyDirectory();
  }

  /**
   * What the daemon may not fetch from a process, the process can send. The capabilities stand in
   * for /dev/fuse and fusermount, which not every machine lets users have.
   */
  @Test
  void aMountWithoutRootHasThemInTheDirectoryOfItsUser() throws IOException {
    Path tree = directory.resolve("fdboxfs");
    Command.run("cp", "-r", above(above(Command.launcher())).toString(), tree.toString());
    Path runtime = Files.createDirectory(directory.resolve("runtime"));
    Path place = newPlace();
    Command.run("chown", USER + ":" + USER, runtime.toString(), place.toString());
    Command.Result result =
        Command.run(
            Map.of("XDG_RUNTIME_DIR", runtime.toString()),
            "setpriv",
            "--reuid=" + USER,
            "--regid=" + USER,
            "--clear-groups",
            "--inh-caps=-all,+sys_admin,+dac_override",
            "--ambient-caps=-all,+sys_admin,+dac_override",
            tree + "/bin/fdboxfs",
            "mount",
            place.toString());
    assertThat(result.status()).as(result.output()).isZero();
    process.run("user", USER, USER);
    Path exchangeSocket = Path.of(process.text("readlink", place + "/.fdbox/exchange"));
    assertThat(above(above(exchangeSocket))).isEqualTo(runtime.resolve("fdboxfs"));
    process.run("mkdir", place + "/box");
    Exchange exchange = Exchange.of(process, place + "/.fdbox/exchange");
    long fd = process.memfd("content");

    assertThat(exchange.store(List.of(fd), "box/ram").errno()).isEqualTo(NONE);
    long taken = exchange.takeNamed("box/ram").fd();

    assertThat(process.run("kcmp", taken, process.pid(), fd)).isZero();
    assertThat(process.content(place + "/box/ram")).isEqualTo("content");
    process.close();
    assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();
    assertThat(runtime.resolve("fdboxfs")).isEmptyDirectory();
  }
}
