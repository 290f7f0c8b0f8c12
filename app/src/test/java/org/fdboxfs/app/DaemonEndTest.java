package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.fdboxfs.app.host.Processes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DaemonEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Processes processes = Processes.ofThisMachine();

  /** Ends with its standard input. */
  private final Process process = new ProcessBuilder("cat").start();

  DaemonEndTest() throws IOException {}

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  private void assertSeen(DaemonEnd end) throws IOException {
    try (end) {
      assertThat(end.await(Duration.ZERO)).isFalse();

      process.getOutputStream().close();

      assertThat(end.await(PATIENCE)).isTrue();
    }
  }

  @Test
  void theKernelTells() throws IOException {
    assertSeen(DaemonEnd.of(process.pid(), processes).orElseThrow());
  }

  @Test
  void whereItDoesNotItIsLookedFor() throws IOException {
    long startTime = processes.startTime(process.pid()).orElseThrow();
    assertSeen(new DaemonEnd(process.pid(), startTime, processes, Optional.empty()));
  }

  @Test
  void whoHasEndedIsNotWaitedFor() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();

    assertThat(DaemonEnd.of(process.pid(), processes)).isEmpty();
  }
}
