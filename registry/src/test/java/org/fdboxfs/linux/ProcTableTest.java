package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.model.Caller;
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
  void nothingIsKnownOfAProcessThatIsGone() {
    for (int gone : new int[] {NOBODY, 0, -1}) {
      assertThat(table.startTime(gone)).isZero();
      assertThat(table.groups(gone)).isEmpty();
      assertThat(table.cgroup(gone)).isEmpty();
      assertThat(table.command(gone)).isEmpty();
    }
    assertThat(table.processOf(NOBODY)).isZero();
  }
}
