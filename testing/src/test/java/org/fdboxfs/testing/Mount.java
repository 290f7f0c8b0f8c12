package org.fdboxfs.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A mount in a temporary directory, made by the launcher; closing unmounts it by its path. */
public final class Mount implements AutoCloseable {
  private final Path place;
  private final Path path;
  private final Path log;
  private final long pid;

  private Mount(Path place, long pid) {
    this.place = place;
    this.path = place.resolve("mnt");
    this.log = place.resolve("log");
    this.pid = pid;
  }

  /**
   * Mounts.
   *
   * @param options of {@code -o}, may be empty
   * @param java options for the daemon's JVM, may be empty
   */
  static Mount start(String options, String java) {
    return start(options, java, List.of());
  }

  /** Mounts where the daemon may have no more descriptors than that. */
  static Mount startWithDescriptors(int limit) {
    String script = "ulimit -n " + limit + " && exec \"$@\"";
    return start("", "", List.of("sh", "-c", script, "sh"));
  }

  private static Mount start(String options, String java, List<String> wrapper) {
    try {
      Path place = Files.createTempDirectory("fdboxfs-test");
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path path = Files.createDirectory(place.resolve("mnt"));
      mountAt(
          path,
          options.isEmpty() ? "log=" + place + "/log" : options + ",log=" + place + "/log",
          java,
          wrapper);
      return new Mount(place, statusAt(path).get("pid").getAsLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void mountAt(Path path, String options, String java) throws IOException {
    mountAt(path, options, java, List.of());
  }

  /**
   * Mounts.
   *
   * @param wrapper a command that runs what follows it; may be empty
   */
  private static void mountAt(Path path, String options, String java, List<String> wrapper)
      throws IOException {
    List<String> words = new ArrayList<>(wrapper);
    words.addAll(List.of(Command.launcher().toString(), "mount", "-o", options, path.toString()));
    Command.Result result =
        Command.run(
            java.isEmpty() ? Map.of() : Map.of("FDBOXFS_JAVA_OPTIONS", java),
            words.toArray(String[]::new));
    if (result.status() != 0) {
      throw new AssertionError("cannot mount on " + path + ": " + result.output());
    }
  }

  /** Unmounts and removes a mountpoint when whoever used it last is gone. */
  static void unmountOnceUnused(Path path) throws IOException {
    Await.until(path + " unmounts", () -> unmounts(path));
    Files.delete(path);
  }

  private static boolean unmounts(Path path) {
    try {
      return Command.fdboxfs("umount", path.toString()).status() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject statusAt(Path path) throws IOException {
    return JsonParser.parseString(Files.readString(path.resolve(".fdbox/status")))
        .getAsJsonObject();
  }

  public Path path() {
    return path;
  }

  /** The daemon. */
  public long pid() {
    return pid;
  }

  public JsonObject status() {
    try {
      return statusAt(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A control file. */
  public String control(String name) {
    return path + "/.fdbox/" + name;
  }

  /** The value of one line of the metrics. */
  public long metric(String name) {
    try (Stream<String> lines = Files.lines(path.resolve(".fdbox/metrics"))) {
      return lines
          .filter(line -> line.startsWith(name + " "))
          .map(line -> Long.parseLong(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the daemon has open, but for what the JVM opens by itself: an archive of classes when it
   * needs one of them for the first time, and now and then the figures of its control group.
   */
  List<String> descriptors() {
    List<String> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        String target = targetOf(descriptor);
        if (!target.isEmpty() && !target.endsWith(".jar") && !target.startsWith("/sys/fs/cgroup")) {
          open.add(descriptor.getFileName() + " -> " + target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }

  /** Empty when it was closed while we looked. */
  private static String targetOf(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** What the daemon says went wrong in itself. */
  List<String> bugs() {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" ERROR ")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return !ProcessState.isGone(pid);
  }

  @Override
  public void close() throws IOException {
    Command.Result result = Command.fdboxfs("umount", path.toString());
    if (result.status() != 0) {
      Command.Result lazily = Command.run("umount", "-l", path.toString());
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      throw new AssertionError("cannot unmount: " + result.output() + lazily.output());
    }
    remove(place);
  }

  /** In place of closing, where the daemon was killed. */
  void closeDead() throws IOException {
    Command.run("umount", "-l", path.toString());
    remove(place);
  }

  static void remove(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
