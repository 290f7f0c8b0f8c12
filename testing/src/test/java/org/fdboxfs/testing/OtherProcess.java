package org.fdboxfs.testing;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that makes system calls for a test; its commands are in the C sources of {@code
 * driver}. Closing kills it, which is how claimants die.
 */
public final class OtherProcess implements AutoCloseable {
  /** What succeeded has this in place of an errno. */
  public static final String NONE = "none";

  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/:|-";

  private final Process process;
  private final OutputStream commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private OtherProcess(Process process) {
    this.process = process;
    this.commands = process.getOutputStream();
  }

  static OtherProcess start() {
    try {
      Path program = CProgram.of("driver");
      OtherProcess other =
          new OtherProcess(
              new ProcessBuilder(program.toString())
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      Thread reader = new Thread(other::readAnswers, "answers");
      reader.setDaemon(true);
      reader.start();
      return other;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readAnswers() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(line);
      }
      answers.add("gone");
    } catch (IOException e) {
      answers.add("gone: " + e.getMessage());
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Sends a command whose answer {@link #answer} reads later. */
  public void send(String command, Object... words) {
    StringBuilder line = new StringBuilder(command);
    for (Object word : words) {
      line.append(' ').append(encode(word));
    }
    try {
      commands.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the other process is gone", e);
    }
  }

  private static String encode(Object word) {
    if (word instanceof Raw raw) {
      return raw.encoded();
    }
    String text = String.valueOf(word);
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && PLAIN.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b));
      }
    }
    return text.isEmpty() ? "%" : encoded.toString();
  }

  /** The answer to the oldest command that was sent. */
  public String answer() {
    try {
      String answer = answers.poll(Patience.SECONDS, TimeUnit.SECONDS);
      if (answer == null || answer.startsWith("gone")) {
        throw new AssertionError("no answer from process " + pid() + ": " + answer);
      }
      return answer;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Whether a command that was sent has been answered. */
  public boolean hasAnswered() {
    return !answers.isEmpty();
  }

  /** Runs a command that must succeed; its result as it was answered. */
  private String succeed(String command, Object... words) {
    send(command, words);
    String answer = answer();
    if (!answer.startsWith("ok")) {
      throw new AssertionError(command + " " + List.of(words) + ": " + answer);
    }
    return answer.length() <= 3 ? "" : answer.substring(3);
  }

  /** Runs a command that must succeed; its result as text, bytes decoded. */
  public String text(String command, Object... words) {
    return decode(succeed(command, words));
  }

  static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Runs a command that must succeed; its result as a number. */
  public long run(String command, Object... words) {
    return Long.parseLong(succeed(command, words));
  }

  /** Runs a command that must succeed; its result as numbers. */
  public List<Long> numbers(String command, Object... words) {
    List<Long> numbers = new ArrayList<>();
    for (String number : succeed(command, words).split(" ", -1)) {
      numbers.add(Long.parseLong(number));
    }
    return numbers;
  }

  /** Runs a command; the errno that it failed with, or {@link #NONE}. */
  public String errno(String command, Object... words) {
    send(command, words);
    String answer = answer();
    return answer.startsWith("ok") ? NONE : answer.substring("error ".length());
  }

  public Stat stat(String path) {
    return Stat.parse(succeed("stat", path));
  }

  public Stat fstat(long fd) {
    return Stat.parse(succeed("fstat", fd));
  }

  /** Puts a descriptor of this process. */
  public void put(long fd, String path) {
    run("symlink", "/proc/self/fd/" + fd, path);
  }

  /** Tries to put a descriptor of this process; the errno, or {@link #NONE}. */
  public String tryPut(long fd, String path) {
    return errno("symlink", "/proc/self/fd/" + fd, path);
  }

  /** A memfd with that content, read and written from its start. */
  public long memfd(String content) {
    long fd = run("memfd", "test", "MFD_ALLOW_SEALING");
    if (!content.isEmpty()) {
      run("write", fd, content, 0);
    }
    return fd;
  }

  /** Opens a path that must open. */
  public long open(String path, String flags) {
    return run("open", path, flags);
  }

  /** Tries to open; the errno, or {@link #NONE} after closing again what was opened. */
  public String tryOpen(String path, String flags) {
    send("open", path, flags);
    String answer = answer();
    if (!answer.startsWith("ok ")) {
      return answer.substring("error ".length());
    }
    run("close", answer.substring(3));
    return NONE;
  }

  public void close(long fd) {
    run("close", fd);
  }

  /** What is in a file, by open, read and close. */
  public String content(String path) {
    long fd = open(path, "O_RDONLY");
    String content = text("read", fd, 65536, 0);
    close(fd);
    return content;
  }

  public String xattr(String path, String name) {
    return text("getxattr", path, name);
  }

  public long setXattr(String path, String name, String value) {
    return run("setxattr", path, name, value);
  }

  /** Kills it, with SIGKILL, and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("process " + pid() + " does not die");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
