package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a mount begins and ends. */
class LifecycleTest {
  private final List<Path> places = new ArrayList<>();
  private final OtherProcess process = OtherProcess.start();

  @BeforeEach
  void requireFuse() {
    MountedTest.requireFuse();
  }

  @AfterEach
  void unmountEverything() throws IOException {
    process.close();
    for (Path place : places) {
      while (isMounted(place)) {
        Command.run("umount", "-l", place.toString());
      }
      Files.delete(place);
    }
  }

  private Path newPlace() throws IOException {
    Path place = Files.createTempDirectory("fdboxfs-life");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    places.add(place);
    return place;
  }

  private Path mounted(String options) throws IOException {
    Path place = newPlace();
    Mount.mountAt(place, options, "");
    return place;
  }

  private static long daemonOf(Path place) throws IOException {
    return Mount.statusAt(place).get("pid").getAsLong();
  }

  private static boolean isMounted(Path place) throws IOException {
    return Files.readString(Path.of("/proc/self/mounts")).contains(" " + place + " ");
  }

  private static void awaitEnd(Path place, long pid) {
    Await.until(
        "unmounted and the daemon gone",
        () -> {
          try {
            return !isMounted(place) && ProcessState.isGone(pid);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void aMountIsUsableAsSoonAsTheCommandReturns() throws IOException {
    for (int i = 0; i < 3; i++) {
      Path place = mounted("threads=2");
      process.run("mkdir", place + "/box");
      process.put(process.memfd("at once"), place + "/box/ram");
      assertThat(process.content(place + "/box/ram")).isEqualTo("at once");
      assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();
    }
  }

  @Test
  void umountWaitsUntilTheDaemonIsGone() throws IOException {
    Path place = mounted("threads=2");
    long pid = daemonOf(place);

    assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();

    assertThat(isMounted(place)).isFalse();
    assertThat(ProcessState.isGone(pid)).isTrue();
  }

  @Test
  void aBusyMountIsNotUnmountedAndSaysWhoUsesIt() throws IOException {
    Path place = mounted("threads=2");
    process.run("mkdir", place + "/box");
    process.put(process.memfd("x"), place + "/box/ram");
    process.open(place + "/box/ram", "O_RDWR");

    Command.Result busy = Command.fdboxfs("umount", place.toString());

    assertThat(busy.status()).isEqualTo(1);
    assertThat(busy.line()).contains("busy").contains("" + process.pid());
    process.close();
    assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();
  }

  @Test
  void sigtermUnmounts() throws IOException {
    Path place = mounted("threads=2");
    long pid = daemonOf(place);
    process.run("mkdir", place + "/box");
    List<Long> ends = process.numbers("pipe");
    process.put(ends.get(0), place + "/box/r");
    long reader = process.run("readers", place + "/box/r", 1);
    ProcessState.awaitInRead(reader);

    process.run("kill", pid, "SIGTERM");

    awaitEnd(place, pid);
    assertThat(process.text("wait", reader, 10_000)).startsWith("exit ").isNotEqualTo("exit 0");
  }

  @Test
  void inFrontSigintUnmounts() throws Exception {
    Path place = newPlace();
    Process front =
        new ProcessBuilder(Command.launcher().toString(), "mount", "-f", place.toString())
            .redirectErrorStream(true)
            .start();
    Await.until("mounted", () -> Files.exists(place.resolve(".fdbox/status")));
    assertThat(daemonOf(place)).isEqualTo(front.pid());

    process.run("kill", front.pid(), "SIGINT");

    awaitEnd(place, front.pid());
    assertThat(new String(front.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .as("nothing but a line or two")
        .doesNotContain("\tat ");
  }

  @Test
  void aStaleMountIsReplacedByTheNext() throws IOException {
    Path place = mounted("threads=2");
    long pid = daemonOf(place);
    process.run("mkdir", place + "/box");
    process.put(process.memfd("x".repeat(4096)), place + "/box/ram");
    long handle = process.open(place + "/box/ram", "O_RDWR");
    long mapped = process.run("map", handle, 4096, "PROT_READ|PROT_WRITE", "MAP_SHARED");

    process.run("kill", pid, "SIGKILL");
    Await.until("the daemon is gone", () -> ProcessState.isGone(pid));

    // What the kernel remembers of the directory may still hold for a second.
    Await.until("names are gone", () -> process.errno("stat", place + "/box").equals("ENOTCONN"));
    assertThat(process.errno("fchmod", handle, "0600")).isEqualTo("ENOTCONN");
    process.run("poke", mapped, 7);
    assertThat(process.run("peek", mapped)).as("what is mapped stays mapped").isEqualTo(7);
    Mount.mountAt(place, "threads=2", "");
    assertThat(daemonOf(place)).isNotEqualTo(pid);
    assertThat(process.errno("stat", place + "/box")).isEqualTo("ENOENT");
    process.run("mkdir", place + "/box");
  }

  @Test
  void whoeverAsksADaemonThatIsGoneIsToldSo() throws IOException {
    Path place = mounted("threads=2");
    process.run("mkdir", place + "/box");
    long pid = daemonOf(place);
    process.run("kill", pid, "SIGKILL");
    Await.until("the daemon is gone", () -> ProcessState.isGone(pid));

    for (String command : new String[] {"take PLACE/box/x -- cat", "run PLACE/box -- cat"}) {
      Command.Result result =
          Command.fdboxfs(command.replace("PLACE", place.toString()).split(" "));
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.line())
          .endsWith(place + ": its daemon is gone (fdboxfs mount there starts a new one)");
    }
  }

  @Test
  void umountRemovesAStaleMount() throws IOException {
    Path place = mounted("threads=2");
    long pid = daemonOf(place);
    process.run("kill", pid, "SIGKILL");
    Await.until("the daemon is gone", () -> ProcessState.isGone(pid));

    assertThat(Command.fdboxfs("umount", place.toString()).status()).isZero();

    assertThat(isMounted(place)).isFalse();
  }

  @Test
  void aSecondMountOnTheSamePlaceIsRefused() throws IOException {
    Path place = mounted("threads=2");
    long pid = daemonOf(place);

    Command.Result second = Command.fdboxfs("mount", place.toString());

    assertThat(second.status()).isEqualTo(1);
    assertThat(second.line()).contains("already mounted");
    assertThat(daemonOf(place)).isEqualTo(pid);
  }

  @Test
  void mountsSideBySideAreTwoNamespacesThatKnowEachOther() throws IOException {
    Path one = mounted("threads=2");
    Path two = mounted("passthrough=no");
    process.run("mkdir", one + "/box");
    process.run("mkdir", two + "/box");
    long fd = process.memfd("in both");
    process.put(fd, one + "/box/ram");
    assertThat(process.errno("stat", two + "/box/ram")).isEqualTo("ENOENT");
    process.put(fd, two + "/box/ram");

    long handle = process.open(one + "/box/ram", "O_RDWR");
    assertThat(process.tryPut(handle, two + "/box/handle")).isEqualTo("ELOOP");
    assertThat(process.errno("rename", one + "/box/ram", two + "/box/x")).isEqualTo("EXDEV");
    process.run("write", handle, "IN", 0);
    assertThat(process.content(two + "/box/ram")).isEqualTo("IN both");
  }

  @Test
  void theFormOfMountIsUnderstood() throws IOException {
    Path place = newPlace();

    Command.Result result = Command.fdboxfs("somename", place.toString(), "-o", "rw,threads=3");

    assertThat(result.status()).as(result.output()).isZero();
    assertThat(Mount.statusAt(place).getAsJsonObject("features").get("threads").getAsInt())
        .isEqualTo(3);
    assertThat(Files.readString(Path.of("/proc/self/mounts")))
        .contains("somename " + place + " fuse.fdboxfs ");
  }

  @Test
  void othersAreKeptOutWhenThatIsAskedFor() throws IOException {
    Path place = mounted("allow_other=no");
    process.run("user", 1000, 1000);

    assertThat(process.errno("stat", place.toString())).isEqualTo("EACCES");
  }

  @Test
  void whatRootHasLookedUpIsNoWayInForOthers() throws IOException {
    Path place = mounted("allow_root");
    String file = place + "/box/ram";
    process.run("mkdir", place + "/box");
    process.close(process.run("open", file, "O_CREAT|O_RDWR"));
    process.run("chmod", file, "0666");
    process.stat(file);
    process.run("user", 1000, 1000);

    assertThat(process.errno("open", file, "O_RDWR")).isEqualTo("EACCES");
  }

  @Test
  void thePolicyOfTheOptionIsInForce() throws IOException {
    Path policy = Files.createTempFile("policy", ".yaml");
    try {
      Files.writeString(policy, "version: 1\nkinds: { epoll: { allow: true } }\n");
      Path place = mounted("policy=" + policy);
      process.run("mkdir", place + "/box");

      assertThat(process.tryPut(process.run("epoll"), place + "/box/epoll")).isEqualTo(NONE);
      assertThat(Files.readString(place.resolve(".fdbox/policy")))
          .isEqualTo(Files.readString(policy));
    } finally {
      Files.delete(policy);
    }
  }

  @Test
  void theDaemonMayOpenAsMuchAsTheSystemAllows() throws IOException {
    Path place = mounted("threads=2");

    String limit =
        Files.readAllLines(Path.of("/proc/" + daemonOf(place) + "/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();

    String[] words = limit.trim().split(" +", -1);
    assertThat(words[3]).as("soft limit").isEqualTo(words[4]);
  }

  @Test
  void withoutDescriptorsLeftPutsAreRefusedWithEnfileAndTheRestGoesOn() throws IOException {
    Path place = newPlace();
    Command.Result result =
        Command.run(
            "sh",
            "-c",
            "ulimit -n 600; exec \"$0\" mount \"$1\"",
            Command.launcher().toString(),
            place.toString());
    assertThat(result.status()).as(result.output()).isZero();
    process.run("mkdir", place + "/box");
    long fd = process.memfd("kept");
    int taken = 0;
    while (taken < 1000 && process.tryPut(fd, place + "/box/e" + taken).equals(NONE)) {
      taken++;
    }

    assertThat(taken).isBetween(10, 600);
    assertThat(process.tryPut(fd, place + "/box/more")).isEqualTo("ENFILE");
    assertThat(process.errno("open", place + "/box/new", "O_CREAT|O_RDWR")).isEqualTo("ENFILE");
    assertThat(process.content(place + "/box/e0")).isEqualTo("kept");
    assertThat(process.content(place + "/.fdbox/denials")).contains("ENFILE");
    process.run("unlink", place + "/box/e0");
    assertThat(process.tryPut(fd, place + "/box/more")).isEqualTo(NONE);
  }
}
