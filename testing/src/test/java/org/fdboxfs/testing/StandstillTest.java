package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A daemon that is stopped answers nothing, and what the kernel has handed to it already cannot
 * even be killed away. Who watches the mount is told, and can leave all the same.
 */
@Tag("fuse")
class StandstillTest {
  private Path place;
  private long daemon;

  @BeforeEach
  void mount() throws IOException {
    MountedTest.requireFuse();
    place = Files.createTempDirectory("fdboxfs-standstill");
    Mount.mountAt(place, "threads=2", "");
    daemon = Mount.statusAt(place).get("pid").getAsLong();
    Files.createDirectory(place.resolve("vm1"));
  }

  @AfterEach
  void unmount() throws IOException {
    signal("CONT");
    Mount.unmountOnceUnused(place);
  }

  private void signal(String name) throws IOException {
    assertThat(Command.run("kill", "-" + name, "" + daemon).status()).isZero();
  }

  private void stop() throws IOException {
    signal("STOP");
    Await.until("it is stopped", () -> ProcessState.isStopped(daemon));
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "C-c"})
  void topSaysThatNothingIsAnsweredAndCanBeLeft(String key) throws IOException {
    try (Tmux tmux = run("top")) {
      tmux.awaitText("vm1/");
      stop();
      tmux.awaitText("has not answered for");
      tmux.resize(60, 14);
      tmux.await("no room for modes", s -> !s.contains("MODE") && s.contains("vm1/"));
      tmux.press(key);
      tmux.awaitText("(over)");
      assertThat(tmux.variable("alternate_on")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"top", "top --once", "report"})
  void whoBeginsToAskIsToldAndCanLeave(String command) throws IOException {
    stop();
    try (Tmux tmux = run(command)) {
      tmux.awaitText("does not answer");
      tmux.press("C-c");
      tmux.awaitText("(over)");
    }
  }

  /** The shell goes on when ^C has ended the command. */
  private Tmux run(String command) throws IOException {
    String line = Command.launcher() + " " + command + " " + place;
    return Tmux.run(110, 30, "trap : INT; cd /; " + line);
  }
}
