package org.fdboxfs.app.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a file by a process of its own, cat(1), which ends when this one does. A request that a
 * daemon of FUSE has read and does not answer keeps its process, whatever signal comes (fuse(4)):
 * that one, and not this. Neither does a program that this one starts wait in closing the file.
 */
public final class DetachedRead implements AutoCloseable {
  /** What is made of what the file holds. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(BufferedReader text) throws IOException;
  }

  private final Process process;

  private DetachedRead(Process process) {
    this.process = process;
  }

  /** Begins to read a file. */
  public static DetachedRead of(Path file) throws IOException {
    return start(file, "--pdeathsig=KILL");
  }

  /** The same as another user, in no other group. For root. */
  public static DetachedRead as(long uid, long gid, Path file) throws IOException {
    // Whoever changes its user loses the signal for when its parent ends: it ends with the pipe.
    return start(file, "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
  }

  private static DetachedRead start(Path file, String... how) throws IOException {
    List<String> command = new ArrayList<>(List.of("setpriv"));
    command.addAll(List.of(how));
    command.addAll(List.of("cat", file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    return new DetachedRead(process);
  }

  /** What is in the file, as it comes. */
  public BufferedReader text() {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * All of it.
   *
   * @throws IOException the file cannot be read, or the parser says so
   */
  public <T> T parsed(Parser<T> parser) throws IOException {
    try {
      return parser.parse(text());
    } catch (IOException e) {
      String complaint = complaint();
      throw complaint.isEmpty() ? e : new IOException(complaint, e);
    }
  }

  /** What cat(1) said about the file; empty when it said nothing. */
  private String complaint() throws IOException {
    process.getInputStream().close(); // it may have more to write than anybody reads
    try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
      String line = said.readLine();
      return line == null ? "" : line.substring(line.lastIndexOf(": ") + 1).strip();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
