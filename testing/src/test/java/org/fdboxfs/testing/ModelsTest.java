package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped models as mounts, with the system calls of other processes. */
class ModelsTest {
  private final List<OtherProcess> processes = new ArrayList<>();
  private @Nullable Mount mount;

  @BeforeAll
  static void requireFuse() {
    MountedTest.requireFuse();
  }

  @AfterEach
  void unmount() throws IOException {
    processes.forEach(OtherProcess::close);
    if (mount != null) {
      List<String> bugs = mount.bugs();
      mount.close();
      assertThat(bugs).isEmpty();
    }
  }

  private void mount(String model) {
    mount = Mount.start("policy=" + model, "");
  }

  private String path(String below) {
    return Objects.requireNonNull(mount).path() + "/" + below;
  }

  private OtherProcess root() {
    OtherProcess process = OtherProcess.start();
    processes.add(process);
    return process;
  }

  private OtherProcess user(int uid, int gid) {
    OtherProcess process = root();
    process.run("user", uid, gid);
    return process;
  }

  private Exchange exchange(OtherProcess process) {
    return Exchange.of(process, path(".fdbox/exchange"));
  }

  @Test
  void fdboxMovesOutAndGivesNothingTwice() {
    mount("fdbox");
    OtherProcess root = root();
    root.run("mkdir", path("vm"), "0700");
    root.put(root.memfd("kept"), path("vm/ram"));

    assertThat(root.tryOpen(path("vm/ram"), "O_RDWR")).isEqualTo("EOPNOTSUPP");
    assertThat(root.errno("unlink", path("vm/ram"))).isEqualTo("EOPNOTSUPP");
    assertThat(root.tryPut(root.numbers("pipe").get(0), path("vm/p"))).isEqualTo("EOPNOTSUPP");
    assertThat(exchange(root).takeNamed("vm/ram").errno()).isEqualTo("EOPNOTSUPP");
    Exchange.Reply moved = exchange(root).ask("FDTAKE=move\nFDNAME=vm/ram\n");
    assertThat(moved.errno()).isEqualTo(NONE);
    assertThat(root.text("read", moved.fds().get(0), 10, 0)).isEqualTo("kept");
    assertThat(exchange(root).ask("FDTAKE=move\nFDNAME=vm/ram\n").errno()).isEqualTo("ENOENT");
  }

  @Test
  void fdboxWantsTheCapabilityWhateverTheModes() {
    mount("fdbox");
    OtherProcess root = root();
    root.run("mkdir", path("vm"), "0777");
    root.run("chmod", path("vm"), "0777");
    OtherProcess user = user(1000, 1000);

    assertThat(user.errno("mkdir", path("mine"), "0700")).isEqualTo("EACCES");
    assertThat(user.tryPut(user.memfd("x"), path("vm/ram"))).isEqualTo("EPERM");
    assertThat(root.tryPut(root.memfd("x"), path("vm/ram"))).isEqualTo(NONE);
    assertThat(user.tryOpen(path("vm/ram"), "O_RDONLY")).isEqualTo("EPERM");
    assertThat(exchange(user).ask("FDTAKE=move\nFDNAME=vm/ram\n").errno()).isEqualTo("EPERM");
    assertThat(user.errno("setxattr", path("vm"), "user.fdbox.state", "sealed")).isEqualTo("EPERM");
    root.run("setxattr", path("vm"), "user.fdbox.state", "sealed");
    assertThat(root.tryPut(root.memfd("x"), path("vm/more"))).isEqualTo("EBUSY");
    assertThat(exchange(root).ask("FDTAKE=move\nFDNAME=vm/ram\n").errno()).isEqualTo("EBUSY");
  }

  @Test
  void luoLetsInTheProcessThatMadeTheSession() {
    mount("luo");
    OtherProcess session = root();
    OtherProcess other = root();
    session.run("mkdir", path("vm"), "0700");
    session.put(session.memfd("x"), path("vm/1"));

    assertThat(other.tryPut(other.memfd("x"), path("vm/2"))).isEqualTo("EACCES");
    assertThat(session.tryPut(session.numbers("pipe").get(0), path("vm/p"))).isEqualTo("ENOENT");
    assertThat(session.tryPut(session.memfd("x"), path("vm/1"))).isEqualTo("EEXIST");
    assertThat(session.tryOpen(path("vm/1"), "O_RDWR")).isEqualTo("EINVAL");
    assertThat(session.errno("truncate", path("vm/1"), 100)).isEqualTo("EPERM");
    assertThat(session.errno("unlink", path("vm/1"))).isEqualTo("EOPNOTSUPP");
    assertThat(user(1000, 1000).errno("mkdir", path("mine"), "0700")).isEqualTo("EACCES");
  }

  @Test
  void systemdLetsInTheSameControlGroup() throws IOException {
    mount("systemd");
    OtherProcess unit = user(1000, 1000);
    OtherProcess sameUnit = user(2000, 2000);
    unit.run("mkdir", path("unit"), "0700");
    unit.put(unit.memfd("kept"), path("unit/ram"));

    assertThat(unit.tryPut(unit.memfd("x"), path("unit/a:b"))).isEqualTo("EINVAL");
    // All processes of a test are in one control group: another user of it comes past the modes.
    assertThat(sameUnit.content(path("unit/ram"))).isEqualTo("kept");
    assertThat(exchange(sameUnit).takeNamed("unit/ram").errno()).isEqualTo(NONE);
    assertThat(unit.errno("rename", path("unit/ram"), path("unit/new"))).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void s6GoesByIdentifierAndRefusesByDefaultRootIncluded() {
    mount("s6");
    OtherProcess root = root();
    OtherProcess storer = user(1000, 1000);
    OtherProcess member = user(2000, 100);
    root.run("mkdir", path("h"), "0700");

    assertThat(storer.tryPut(storer.memfd("web"), path("h/web.a"))).isEqualTo(NONE);
    assertThat(storer.tryPut(storer.memfd("x"), path("h/shared.a"))).isEqualTo("EPERM");
    assertThat(storer.content(path("h/web.a"))).isEqualTo("web");
    assertThat(exchange(storer).takeNamed("h/web.a").errno()).isEqualTo(NONE);
    for (OtherProcess stranger : List.of(root, member)) {
      assertThat(stranger.tryOpen(path("h/web.a"), "O_RDONLY")).isEqualTo("EPERM");
      assertThat(stranger.errno("unlink", path("h/web.a"))).isEqualTo("EPERM");
      assertThat(exchange(stranger).takeNamed("h/web.a").errno()).isEqualTo("EPERM");
      assertThat(stranger.errno("open", path("h"), "O_RDONLY|O_DIRECTORY")).isEqualTo("EPERM");
    }
    assertThat(storer.errno("unlink", path("h/web.a"))).isEqualTo(NONE);
  }

  @Test
  void plan9GoesByModeAndIsFlat() {
    mount("plan9");
    OtherProcess poster = user(1000, 1000);
    OtherProcess other = user(2000, 2000);
    poster.run("mkdir", path("srv"), "0755");
    poster.put(poster.memfd("posted"), path("srv/fs"));

    assertThat(other.tryOpen(path("srv/fs"), "O_RDONLY")).isEqualTo("EACCES");
    poster.run("chmod", path("srv/fs"), "0644");
    assertThat(other.content(path("srv/fs"))).isEqualTo("posted");
    assertThat(poster.errno("mkdir", path("srv/sub"), "0755")).isEqualTo("EPERM");
    poster.run("unlink", path("srv/fs"));
    assertThat(poster.tryOpen(path("srv/fs"), "O_RDONLY")).isEqualTo("ENOENT");
  }

  @Test
  void bpffsGivesByACallOfItsOwnAndNotByOpen() {
    mount("bpffs");
    OtherProcess user = user(1000, 1000);
    user.run("mkdir", path("maps"), "0755");
    user.put(user.memfd("pinned"), path("maps/m"));

    assertThat(user.tryOpen(path("maps/m"), "O_RDONLY")).isEqualTo("EIO");
    Exchange.Reply taken = exchange(user).takeNamed("maps/m");
    assertThat(taken.errno()).isEqualTo(NONE);
    assertThat(user.text("read", taken.fds().get(0), 10, 0)).isEqualTo("pinned");
    assertThat(exchange(user(2000, 2000)).takeNamed("maps/m").errno()).isEqualTo("EACCES");
  }

  @Test
  void posixIsAsWithoutAPolicy() {
    mount("posix");
    OtherProcess owner = user(1000, 1000);
    owner.run("mkdir", path("box"), "0755");
    owner.put(owner.memfd("x"), path("box/ram"));

    assertThat(owner.tryOpen(path("box/ram"), "O_RDWR")).isEqualTo(NONE);
    assertThat(user(2000, 2000).tryOpen(path("box/ram"), "O_RDWR")).isEqualTo("EACCES");
    assertThat(root().tryOpen(path("box/ram"), "O_RDWR")).isEqualTo(NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"systemd", "s6", "luo", "fdbox"})
  void whereModesDoNotCountOwnersKeepWhatIsTheirs(String model) {
    mount(model);
    OtherProcess owner = root();
    OtherProcess user = user(1000, 1000);
    owner.run("mkdir", path("box"), "0755");

    assertThat(user.errno("chmod", path("box"), "0777")).isEqualTo("EPERM");
    assertThat(user.errno("rmdir", path("box"))).isEqualTo("EPERM");
    assertThat(user.errno("rename", path("box"), path("mine"))).isEqualTo("EPERM");
    assertThat(user.errno("setxattr", path("box"), "user.note", "x")).isEqualTo("EPERM");
    owner.run("rmdir", path("box"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"systemd", "s6"})
  void whereModesDoNotCountControlFilesKeepTheirs(String model) throws IOException {
    mount(model);
    Mount mounted = Objects.requireNonNull(mount);
    String before = Files.readString(Path.of(mounted.control("policy")));
    OtherProcess user = user(1000, 1000);

    for (String flags : List.of("O_WRONLY", "O_RDWR", "O_WRONLY|O_TRUNC")) {
      assertThat(user.tryOpen(mounted.control("policy"), flags)).as(flags).isEqualTo("EACCES");
      assertThat(user.tryOpen(mounted.control("status"), flags)).as(flags).isEqualTo("EACCES");
    }
    assertThat(user.errno("unlink", mounted.control("policy"))).isEqualTo("EPERM");
    assertThat(user.errno("chmod", mounted.control("policy"), "0666")).isEqualTo("EPERM");
    assertThat(user.tryOpen(mounted.control("policy"), "O_RDONLY")).isEqualTo(NONE);
    assertThat(Files.readString(Path.of(mounted.control("policy")))).isEqualTo(before);
  }

  @Test
  void thePolicyOfAMountKeepsItsModes() throws IOException {
    mount("s6");
    Mount mounted = Objects.requireNonNull(mount);
    OtherProcess root = root();
    long policy = root.open(mounted.control("policy"), "O_WRONLY|O_TRUNC");
    root.run("write", policy, "version: 1\n", 0);

    assertThat(root.errno("close", policy)).isEqualTo("EINVAL");
    assertThat(Files.readString(Path.of(mounted.control("denials"))))
        .contains("'modes' cannot change");
    assertThat(Files.readString(Path.of(mounted.control("policy")))).contains("modes: ignored");
  }

  @Test
  void aMisspeltModelIsToldWhatWasMeant() throws IOException {
    Path place = Files.createTempDirectory("fdboxfs-test");
    Command.Result result = Command.fdboxfs("mount", "-o", "policy=fdbx", place.toString());
    Files.delete(place);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("unknown model 'fdbx' (did you mean 'fdbox'?)");
  }
}
