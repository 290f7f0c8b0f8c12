package org.fdboxfs.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessEndTest {
  /** Ends with its standard input. */
  private final Process process = new ProcessBuilder("cat").start();

  ProcessEndTest() throws IOException {}

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void itIsSeenWhenItComes() throws IOException {
    try (ProcessEnd end = ProcessEnd.of(process.pid()).orElseThrow()) {
      assertThat(end.await(Duration.ZERO)).isFalse();
      assertThat(end.await(Duration.ofMillis(1))).isFalse();

      process.getOutputStream().close();

      assertThat(end.await(Duration.ofSeconds(30))).isTrue();
      assertThat(end.await(Duration.ZERO)).as("again").isTrue();
    }
  }

  @Test
  void whatIsNotThereCannotBeWatched() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();

    assertThat(ProcessEnd.of(process.pid())).isEmpty();
    assertThat(ProcessEnd.of(0)).isEmpty();
  }
}
