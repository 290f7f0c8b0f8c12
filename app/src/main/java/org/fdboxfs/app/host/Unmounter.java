package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes mounts away by the programs that are made for it: {@code umount} for root, {@code
 * fusermount}, which is set-user-id, for everybody else. Loading a native library into a command
 * that ends at once would take longer than starting them.
 */
public final class Unmounter {
  /** What became of a try. */
  public enum Outcome {
    DONE,
    /** Something still uses the mount. */
    BUSY,
    FAILED
  }

  /**
   * The answer to one try.
   *
   * @param text what the program said, one line; empty when it was done
   */
  public record Answer(Outcome outcome, String text) {}

  private final boolean root;

  /**
   * @param root whether this process may unmount by itself
   */
  public Unmounter(boolean root) {
    this.root = root;
  }

  /**
   * Takes a mount away.
   *
   * @param lazy at once, also when it is in use; the rest follows when the last user is gone
   */
  public Answer unmount(String mountpoint, boolean lazy) throws IOException {
    IOException missing = new IOException("neither umount nor fusermount is installed");
    for (List<String> command : commands(mountpoint, lazy)) {
      try {
        return run(command);
      } catch (IOException e) {
        missing.addSuppressed(e); // not installed: the next one
      }
    }
    throw missing;
  }

  private List<List<String>> commands(String mountpoint, boolean lazy) {
    List<List<String>> commands = new ArrayList<>();
    if (root) {
      commands.add(command("umount", lazy ? "-il" : "-i", mountpoint));
    }
    for (String program : List.of("fusermount", "fusermount3")) {
      commands.add(command(program, lazy ? "-uz" : "-u", mountpoint));
    }
    return commands;
  }

  private static List<String> command(String program, String flags, String mountpoint) {
    return List.of(program, flags, "--", mountpoint);
  }

  private static Answer run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return answer(process.waitFor(), text.trim());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Answer answer(int status, String text) {
    if (status == 0) {
      return new Answer(Outcome.DONE, "");
    }
    boolean busy = text.toLowerCase(Locale.ROOT).contains("busy");
    String line = text.lines().findFirst().orElse("exit status " + status);
    return new Answer(busy ? Outcome.BUSY : Outcome.FAILED, line);
  }
}
