package org.fdboxfs.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static final String ROOT = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
  private static final String USER = "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n";

  private static final class FakeMachine implements Machine {
    private final Map<String, String> texts = new HashMap<>();
    private final Set<String> files = new HashSet<>(Set.of("/dev/fuse"));
    private boolean library = true;
    private boolean fusermount = true;
    private boolean compiler = true;
    private @Nullable Room room = new Room(1_048_576, 1_000_000, 349_525);

    FakeMachine(String status, String kernel) {
      texts.put("/proc/self/status", status);
      texts.put("/proc/sys/kernel/osrelease", kernel + "\n");
      texts.put("/proc/sys/fs/nr_open", "1048576\n");
    }

    @Override
    public Optional<String> read(String file) {
      return Optional.ofNullable(texts.get(file));
    }

    @Override
    public boolean exists(String file) {
      return files.contains(file);
    }

    @Override
    public boolean opens(String file) {
      return files.contains(file);
    }

    @Override
    public boolean hasProgram(String name) {
      return name.equals("cc") ? compiler : fusermount;
    }

    @Override
    public Optional<String> library(String name) {
      return library ? Optional.of("/lib/" + name) : Optional.empty();
    }

    @Override
    public Optional<Room> room() {
      return Optional.ofNullable(room);
    }

    String line(String subject) {
      return Finding.lines(new Diagnosis(this).findings()).stream()
          .filter(text -> text.contains(subject))
          .findFirst()
          .orElse("");
    }

    boolean mountWorks() {
      List<Finding> findings = new Diagnosis(this).findings();
      return Finding.mountWorks(findings);
    }
  }

  @Test
  void aRootWithANewKernelLacksNothing() {
    FakeMachine machine = new FakeMachine(ROOT, "6.18.1-cloud");
    machine.texts.put("/proc/config.gz", "CONFIG_FUSE_FS=y\nCONFIG_FUSE_PASSTHROUGH=y\n");
    assertThat(machine.mountWorks()).isTrue();
    assertThat(machine.line("passthrough")).startsWith("ok").contains("in this kernel");
    assertThat(machine.line("descriptors"))
        .startsWith("ok")
        .endsWith("up to 349525 entries at once");
    assertThat(machine.line("/dev/liveupdate")).startsWith("missing").contains("kexec");
  }

  @Test
  void aComparisonNeedsACompilerAndAMountDoesNot() {
    FakeMachine machine = new FakeMachine(ROOT, "6.18.1");
    assertThat(machine.line("fdboxfs compare")).startsWith("ok");
    machine.compiler = false;
    assertThat(machine.line("fdboxfs compare"))
        .startsWith("missing")
        .contains("apt-get install gcc libc6-dev");
    assertThat(machine.mountWorks()).isTrue();
  }

  @Test
  void withoutTheDeviceNothingWorks() {
    FakeMachine machine = new FakeMachine(ROOT, "6.18.1");
    machine.files.clear();
    assertThat(machine.mountWorks()).isFalse();
    assertThat(machine.line("/dev/fuse")).contains("modprobe fuse");
  }

  @Test
  void withoutTheLibraryNothingWorks() {
    FakeMachine machine = new FakeMachine(ROOT, "6.18.1");
    machine.library = false;
    assertThat(machine.mountWorks()).isFalse();
    assertThat(machine.line("libfuse.so.2")).contains("apt-get install libfuse2");
  }

  @Test
  void onlyUsersNeedFusermount() {
    FakeMachine root = new FakeMachine(ROOT, "6.18.1");
    FakeMachine user = new FakeMachine(USER, "6.18.1");
    root.fusermount = false;
    user.fusermount = false;
    assertThat(root.mountWorks()).isTrue();
    assertThat(user.mountWorks()).isFalse();
  }

  @Test
  void passthroughNeedsKernelOptionAndPrivilege() {
    assertThat(new FakeMachine(ROOT, "6.8.0").line("passthrough")).contains("before 6.9");
    assertThat(new FakeMachine(USER, "6.9.0").line("passthrough")).contains("CAP_SYS_ADMIN");
    assertThat(new FakeMachine(ROOT, "6.9.0").line("passthrough")).contains("likely");
    FakeMachine without = new FakeMachine(ROOT, "6.12.0");
    without.texts.put("/boot/config-6.12.0", "# CONFIG_FUSE_PASSTHROUGH is not set\n");
    assertThat(without.line("passthrough")).startsWith("limited").contains("not in this kernel");
  }

  @Test
  void theCharacterDeviceNeedsCuse() {
    FakeMachine machine = new FakeMachine(ROOT, "6.18.1");
    assertThat(machine.line("/dev/cuse")).startsWith("missing").contains("modprobe cuse");
    machine.texts.put("/proc/config.gz", "# CONFIG_CUSE is not set\n");
    assertThat(machine.line("/dev/cuse")).contains("CONFIG_CUSE").doesNotContain("modprobe");
    machine.files.add("/dev/cuse");
    assertThat(machine.line("/dev/cuse")).startsWith("ok").contains("--chardev");
    assertThat(machine.mountWorks()).isTrue();
  }

  @Test
  void aUserIsToldTheLimits() {
    FakeMachine user = new FakeMachine(USER, "6.18.1");
    user.texts.put("/proc/sys/kernel/yama/ptrace_scope", "1\n");
    user.texts.put("/etc/fuse.conf", "#user_allow_other\n");
    assertThat(user.mountWorks()).isTrue();
    assertThat(user.line("put by ln -s")).startsWith("limited").contains("ptrace_scope is 1");
    assertThat(user.line("allow_other")).startsWith("limited");
  }

  @Test
  void whatFurtherTablesAddAndAMissingCapabilityTakesIsTold() {
    String without = "Uid:\t0\t0\t0\t0\nCapEff:\t000001fffeffffff\n";
    FakeMachine machine = new FakeMachine(without, "6.18.1");
    machine.room = new Machine.Room(20_000, 1_000_000, 349_525);
    assertThat(machine.line("descriptors"))
        .startsWith("ok")
        .contains("up to 349525 entries at once, those beyond 20000 open files in further tables")
        .contains("without CAP_SYS_RESOURCE the limit stays at 20000 open files");

    machine.room = new Machine.Room(4_096, 2_048, 2_048);
    assertThat(machine.line("descriptors"))
        .startsWith("limited")
        .contains("up to 2048 entries at once; without CAP_SYS_RESOURCE")
        .contains("raise ulimit -Hn (fs.nr_open is 1048576)")
        .doesNotContain("further")
        .doesNotContain("6.9");

    machine.room = null;
    assertThat(machine.line("descriptors")).startsWith("limited").contains("cannot be found out");
    assertThat(machine.mountWorks()).isTrue();
  }

  @Test
  void anOlderKernelHasNoFurtherTables() {
    FakeMachine machine = new FakeMachine(ROOT, "6.1.0");
    machine.room = new Machine.Room(4_096, 2_048, 2_048);
    assertThat(machine.line("descriptors"))
        .contains("raise ulimit -Hn (fs.nr_open is 1048576), or take Linux 6.9")
        .doesNotContain("CAP_SYS_RESOURCE");
  }
}
