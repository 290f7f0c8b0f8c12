package org.fdboxfs.fs.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.linux.UnixSockets;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PeersTest {
  /** A process that connects, and ends before anybody looks who it is. */
  static final class Connects {
    private Connects() {}

    public static void main(String[] arguments) {
      System.exit(UnixSockets.isListened(arguments[0]) ? 0 : 1);
    }
  }

  @TempDir private Path directory = Path.of("");

  private static void connectAndEnd(String path) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path", ""),
                Connects.class.getName(),
                path)
            .inheritIO()
            .start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void whoHasEndedIsNoProcessThatMayHaveItsNumberNow() throws Exception {
    String path = directory.resolve("socket").toString();
    int listener = UnixSockets.listen(path);
    try {
      connectAndEnd(path);
      int connection = UnixSockets.accept(listener);
      try {
        Caller caller = new Peers(new ProcTable()).of(connection);

        assertThat(caller.processKey().startTime()).isNegative();
        assertThat(caller.isRoot()).isFalse();
        assertThat(caller.capabilities()).isNull();
      } finally {
        Linux.close(connection);
      }
    } finally {
      Linux.close(listener);
    }
  }

  @Test
  void whoLivesIsKnownByItsStart() throws FsException {
    String path = directory.resolve("socket").toString();
    int listener = UnixSockets.listen(path);
    try {
      assertThat(UnixSockets.isListened(path)).isTrue();
      int connection = UnixSockets.accept(listener);
      try {
        int self = (int) ProcessHandle.current().pid();
        ProcTable processes = new ProcTable();

        assertThat(new Peers(processes).of(connection).processKey())
            .isEqualTo(new ProcessKey(self, processes.startTime(self)));
      } finally {
        Linux.close(connection);
      }
    } finally {
      Linux.close(listener);
    }
  }
}
