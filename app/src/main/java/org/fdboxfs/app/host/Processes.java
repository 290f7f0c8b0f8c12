package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Other processes, as {@code /proc} shows them. */
public final class Processes {
  /** Fields of {@code stat} that follow the command, which may itself hold blanks. */
  private static final int STATE_AFTER_COMMAND = 0;

  private static final int START_TIME_AFTER_COMMAND = 19;

  private final Path proc;

  /**
   * @param proc where the process file system is mounted
   */
  public Processes(Path proc) {
    this.proc = proc;
  }

  /** The processes of this machine. */
  public static Processes ofThisMachine() {
    return new Processes(Path.of("/proc"));
  }

  /** When the process started, in clock ticks since boot; empty when it has ended. */
  public OptionalLong startTime(long pid) {
    String stat;
    try {
      stat = new String(Files.readAllBytes(proc.resolve(pid + "/stat")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
    boolean ended =
        fields[STATE_AFTER_COMMAND].equals("Z") || fields[STATE_AFTER_COMMAND].equals("X");
    return ended || fields.length <= START_TIME_AFTER_COMMAND
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(fields[START_TIME_AFTER_COMMAND]));
  }

  /** Whether that very process, not a later one with its number, is still there. */
  public boolean isAlive(long pid, long startTime) {
    OptionalLong now = startTime(pid);
    return now.isPresent() && now.getAsLong() == startTime;
  }

  /**
   * Processes that work in a directory below a path or have a file there open, as {@code command
   * (pid)}; those that may not be looked at are left out.
   *
   * @param limit how many are wanted at most
   */
  public List<String> usersOf(Path directory, int limit) {
    List<String> users = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : all) {
        if (users.size() < limit && uses(process, directory)) {
          users.add(command(process) + " (" + process.getFileName() + ")");
        }
      }
    } catch (IOException e) {
      return users; // a better message was all that this is for
    }
    return users;
  }

  private static boolean uses(Path process, Path directory) {
    if (pointsInto(process.resolve("cwd"), directory)) {
      return true;
    }
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (pointsInto(descriptor, directory)) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // ended, or another user's
    }
    return false;
  }

  private static boolean pointsInto(Path link, Path directory) {
    try {
      return Files.readSymbolicLink(link).startsWith(directory);
    } catch (IOException e) {
      return false;
    }
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm")).trim();
    } catch (IOException e) {
      return "process";
    }
  }
}
