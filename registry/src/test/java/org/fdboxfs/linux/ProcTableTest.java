package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;

class ProcTableTest {
  private static final int NOBODY = (1 << 22) + 1; // above the largest pid_max

  private final ProcTable table = new ProcTable();

  @Test
  void aThreadBelongsToItsProcess() {
    assertThat(Fds.thread()).isNotEqualTo(Fds.pid());
    assertThat(table.processOf(Fds.thread())).isEqualTo(Fds.pid());
    assertThat(table.processOf(Fds.pid())).isEqualTo(Fds.pid());
  }

  @Test
  void aProcessIsTheSameOneAsLongAsItLives() {
    long start = table.startTime(Fds.pid());
    assertThat(start).isPositive();
    assertThat(table.startTime(Fds.pid())).isEqualTo(start);
    assertThat(Fds.self().processKey()).isEqualTo(new Caller.ProcessKey(Fds.pid(), start));
  }

  @Test
  void groupsAreThoseOfTheThread() throws FsException {
    String line =
        Linux.readFile("/proc/thread-self/status")
            .lines()
            .filter(each -> each.startsWith("Groups:"))
            .findFirst()
            .orElseThrow()
            .substring("Groups:".length())
            .trim();
    int groups = line.isEmpty() ? 0 : line.split(" ", -1).length;
    assertThat(table.groups(Fds.thread())).hasSize(groups);
  }

  @Test
  void aProcessHasANameAndAControlGroup() throws FsException {
    assertThat(table.command(Fds.pid())).isEqualTo(Linux.readFile("/proc/self/comm").trim());
    assertThat(Linux.readFile("/proc/self/cgroup")).contains(table.cgroup(Fds.pid()));
  }

  @Test
  void aProcessRunsAFile() {
    assertThat(table.executable(Fds.pid())).endsWith("/java");
    assertThat(table.executable(0)).isEmpty();
  }

  @Test
  void capabilitiesAreThoseInForce() throws IOException, FsException {
    String line =
        Linux.readFile("/proc/thread-self/status")
            .lines()
            .filter(each -> each.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow();
    int known = Capabilities.NAMES.size();
    long bits =
        Long.parseUnsignedLong(line.substring("CapEff:".length()).trim(), 16) & ((1L << known) - 1);

    Set<String> own = Objects.requireNonNull(table.capabilities(Fds.thread()));

    assertThat(own).hasSize(Long.bitCount(bits));
    for (int number = 0; number < known; number++) {
      assertThat(own.contains(Capabilities.NAMES.get(number)))
          .as(Capabilities.NAMES.get(number))
          .isEqualTo((bits & 1L << number) != 0);
    }
  }

  @Test
  void whoHasGivenThemUpHasNone() throws IOException {
    Process without =
        new ProcessBuilder(
                "setpriv", "--bounding-set=-all", "--inh-caps=-all", "sh", "-c", "echo in; cat")
            .start();
    try {
      assertThat(without.getInputStream().read()).isEqualTo('i');
      assertThat(table.capabilities((int) without.pid())).isEmpty();
    } finally {
      without.destroyForcibly();
    }
  }

  @Test
  void capabilitiesOfAnotherUserNamespaceAreNone() throws IOException, FsException {
    Process inside = new ProcessBuilder("unshare", "-U", "-r", "sh", "-c", "echo in; cat").start();
    try {
      assertThat(inside.getInputStream().read()).isEqualTo('i');
      int pid = (int) inside.pid();
      assertThat(Linux.readFile("/proc/" + pid + "/status"))
          .containsPattern("CapEff:\\s+[0-9a-f]*[2367abef]\n");
      assertThat(table.overridesModes(pid)).isFalse();
      assertThat(table.capabilities(pid)).isEmpty();
      boolean own =
          Pattern.compile("CapEff:\\s+[0-9a-f]*[2367abef]\n")
              .matcher(Linux.readFile("/proc/self/status"))
              .find();
      assertThat(table.overridesModes(Fds.pid())).isEqualTo(own);
      String administrator = "CapEff:\\s+[0-9a-f]*[2367abef][0-9a-f]{5}\n";
      assertThat(Linux.readFile("/proc/" + pid + "/status")).containsPattern(administrator);
      assertThat(table.administers(pid)).isFalse();
      assertThat(table.administers(Fds.pid()))
          .isEqualTo(
              Pattern.compile(administrator).matcher(Linux.readFile("/proc/self/status")).find());
    } finally {
      inside.destroyForcibly();
    }
  }

  @Test
  void nothingIsKnownOfAProcessThatIsGone() {
    for (int gone : new int[] {NOBODY, 0, -1}) {
      assertThat(table.startTime(gone)).isZero();
      assertThat(table.groups(gone)).isNull();
      assertThat(table.capabilities(gone)).isNull();
      assertThat(table.executable(gone)).isEmpty();
      assertThat(table.cgroup(gone)).isEmpty();
      assertThat(table.command(gone)).isEmpty();
      assertThat(table.overridesModes(gone)).isFalse();
      assertThat(table.administers(gone)).isFalse();
    }
    assertThat(table.processOf(NOBODY)).isZero();
  }
}
