package org.fdboxfs.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs commands, the one that is tested among them. */
final class Command {

  /**
   * How a command ended.
   *
   * @param output of both kinds
   */
  record Result(int status, String output) {
    /** The only line of the output; fails when there are more, or none. */
    String line() {
      List<String> lines = output.lines().toList();
      if (lines.size() != 1) {
        throw new AssertionError("not one line:\n" + output);
      }
      return lines.get(0);
    }
  }

  private Command() {}

  static Path launcher() {
    return Path.of(System.getProperty("fdboxfs.tree", "../app/target/fdboxfs"), "bin", "fdboxfs")
        .toAbsolutePath()
        .normalize();
  }

  /** Runs the fdboxfs command. */
  static Result fdboxfs(String... arguments) throws IOException {
    return run(
        Stream.concat(Stream.of(launcher().toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  static Result run(String... command) throws IOException {
    return run(Map.of(), command);
  }

  static Result run(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " does not end:\n" + output);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    return new Result(process.exitValue(), output);
  }
}
