package org.fdboxfs.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a command said, and how it ended.
 *
 * @param text of both kinds
 */
record Output(int status, String text) {
  static Output of(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream stream = process.getInputStream()) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }

  String firstLine() {
    return text.lines()
        .filter(
            line -> line.codePoints().anyMatch(Character::isLetter)) // a JVM dies with "#" first
        .findFirst()
        .orElse("it says nothing");
  }
}
