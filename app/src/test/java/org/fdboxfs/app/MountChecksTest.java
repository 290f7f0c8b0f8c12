package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.fdboxfs.app.host.Credentials;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountChecksTest {
  private static final Credentials ROOT = new Credentials(0, 0, List.of());

  /** Only has to exist. */
  private static final Path DEVICE = Path.of("/dev/null");

  @TempDir private Path place;
  private Path mountpoint = Path.of("/");

  @BeforeEach
  void makeMountpoint() throws IOException {
    mountpoint = Files.createDirectory(place.resolve("mount point"));
  }

  private static DaemonConfig check(Path directory, String... options) throws IOException {
    return new MountChecks(ROOT, MountChecksTest::problems, DEVICE)
        .check(directory.toString(), "name", MountOptions.parse(List.of(options)), false);
  }

  private static List<String> problems(String policy) {
    return policy.lines().filter(line -> line.contains("bad")).toList();
  }

  @Test
  void withoutTheDeviceThereIsAHint() {
    MountOptions none = MountOptions.parse(List.of());
    MountChecks checks = new MountChecks(ROOT, text -> List.of(), place.resolve("fuse"));
    assertThatThrownBy(() -> checks.check(mountpoint.toString(), "name", none, false))
        .hasMessageContaining("modprobe fuse");
  }

  @Test
  void aMountpointIsResolved() throws IOException {
    Path link = Files.createSymbolicLink(place.resolve("link"), mountpoint);
    DaemonConfig config = check(link, "threads=3,ro");
    assertThat(config.mountpoint()).isEqualTo(mountpoint.toRealPath());
    assertThat(config.threads()).isEqualTo(3);
    assertThat(config.allowOther()).isTrue();
    assertThat(config.fuseOptions()).containsExactly("ro", "fsname=name", "subtype=fdboxfs");
  }

  @Test
  void itHasToBeAnEmptyDirectory() throws IOException {
    assertThatThrownBy(() -> check(place.resolve("none")))
        .hasMessageContaining("no such directory");
    Path file = Files.createFile(mountpoint.resolve("file"));
    assertThatThrownBy(() -> check(file)).hasMessageContaining("not a directory");
    assertThatThrownBy(() -> check(mountpoint)).hasMessageContaining("not empty");
    assertThat(check(mountpoint, "nonempty").fuseOptions()).contains("nonempty");
  }

  @Test
  void problemsOfAPolicyNameTheFile() throws IOException {
    Path policy = Files.writeString(place.resolve("p.yaml"), "fine\nline 2: bad\nline 3: bad\n");
    assertThatThrownBy(() -> check(mountpoint, "policy=" + policy))
        .isInstanceOf(Failure.class)
        .hasMessage(policy + ": line 2: bad\n" + policy + ": line 3: bad");
    Files.writeString(policy, "fine\n");
    assertThat(check(mountpoint, "policy=" + policy).policyFile()).contains(policy);
    assertThatThrownBy(() -> check(mountpoint, "policy=" + policy + "x"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aLogHasToBeWritable() throws IOException {
    assertThat(check(mountpoint, "log=" + place.resolve("log")).logFile()).isPresent();
    assertThatThrownBy(() -> check(mountpoint, "log=" + place.resolve("none/log")))
        .hasMessageContaining("cannot be written");
    assertThatThrownBy(() -> check(mountpoint, "log=" + place))
        .hasMessageContaining("cannot be written");
  }
}
