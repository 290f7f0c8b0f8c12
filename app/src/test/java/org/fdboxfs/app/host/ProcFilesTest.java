package org.fdboxfs.app.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
  @TempDir private Path proc;

  @Test
  void credentialsAreThoseOfTheFilesystem() {
    Credentials own =
        Credentials.parse("Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t27 100 \n");
    assertThat(own).isEqualTo(new Credentials(4, 8, List.of(27L, 100L)));
    assertThat(Credentials.parse("Uid: 0 0 0 0\nGid: 0 0 0 0\nGroups:\n").groups()).isEmpty();
  }

  @Test
  void aProcessIsToldByItsStartTime() throws IOException {
    stat("S", 4711);
    Processes processes = new Processes(proc);
    assertThat(processes.startTime(12)).hasValue(4711);
    assertThat(processes.isAlive(12, 4711)).isTrue();
    assertThat(processes.isAlive(12, 4710)).isFalse();
    assertThat(processes.startTime(13)).isEmpty();
  }

  @Test
  void aZombieHasEnded() throws IOException {
    stat("Z", 4711);
    assertThat(new Processes(proc).startTime(12)).isEmpty();
  }

  /** The command may look like fields itself. */
  private void stat(String state, long startTime) throws IOException {
    Files.createDirectories(proc.resolve("12"));
    String between = " 1".repeat(18);
    Files.writeString(
        proc.resolve("12/stat"), "12 (a) S 1 b) " + state + between + " " + startTime + " 0 0\n");
  }

  @Test
  void usersOfADirectoryWorkInItOrHaveItOpen() throws IOException {
    Path mount = Path.of("/run/box");
    process("20", "bash", "/run/box/vm1", "/elsewhere/x");
    process("21", "cat", "/elsewhere", "/run/box/vm1/ram");
    process("22", "vi", "/run/boxes", "/run/boxes/x");
    assertThat(new Processes(proc).usersOf(mount, 9))
        .containsExactlyInAnyOrder("bash (20)", "cat (21)");
  }

  private void process(String pid, String command, String cwd, String open) throws IOException {
    Path process = proc.resolve(pid);
    Files.createDirectories(process.resolve("fd"));
    Files.writeString(process.resolve("comm"), command + "\n");
    Files.createSymbolicLink(process.resolve("cwd"), Path.of(cwd));
    Files.createSymbolicLink(process.resolve("fd/3"), Path.of(open));
  }
}
