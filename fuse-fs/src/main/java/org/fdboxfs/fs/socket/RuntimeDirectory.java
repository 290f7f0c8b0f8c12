package org.fdboxfs.fs.socket;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.linux.UnixSockets;

/**
 * Where the sockets of one mount live: a directory named after the process, in one for all mounts.
 * Not on the mount itself, which a socket would keep busy for ever.
 */
public final class RuntimeDirectory {
  static final String EXCHANGE = "exchange";
  static final String NOTIFY = "notify";
  private static final String MODE = "rwxr-xr-x";

  private final Path base;
  private final Path own;

  private RuntimeDirectory(Path base, Path own) {
    this.base = base;
    this.own = own;
  }

  /**
   * Makes a directory, and removes those of mounts that ended without doing so.
   *
   * @param environment of the process: {@code RUNTIME_DIRECTORY}, {@code XDG_RUNTIME_DIR}
   * @param uid whose process it is; root's is the system's
   */
  public static RuntimeDirectory make(Map<String, String> environment, int uid) throws IOException {
    Path base = base(environment, uid);
    String name = String.valueOf(ProcessHandle.current().pid());
    if (!UnixSockets.isAddress(base.resolve(name + "-99999").resolve(EXCHANGE).toString())) {
      throw new IOException(base + " is too long for the address of a socket");
    }
    Files.createDirectories(base);
    requireOwn(base, uid);
    open(base);
    removeStale(base);
    for (int i = 0; ; i++) {
      try {
        Path own = Files.createDirectory(base.resolve(i == 0 ? name : name + "-" + i));
        open(own);
        return new RuntimeDirectory(base, own);
      } catch (FileAlreadyExistsException e) {
        // Of a process with the same number in another pid namespace: try the next name.
      }
    }
  }

  private static Path base(Map<String, String> environment, int uid) {
    String given = environment.getOrDefault("RUNTIME_DIRECTORY", "");
    if (!given.isEmpty()) {
      return Path.of(given.split(":", -1)[0]).toAbsolutePath();
    }
    if (uid == 0) {
      return Path.of("/run/fdboxfs");
    }
    String users = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return users.isEmpty()
        ? Path.of("/tmp/fdboxfs-" + Integer.toUnsignedString(uid))
        : Path.of(users).resolve("fdboxfs");
  }

  /** In a place like /tmp, somebody else may have been there first. */
  private static void requireOwn(Path base, int uid) throws IOException {
    boolean own =
        Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS)
            && Files.getAttribute(base, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(uid);
    if (!own) {
      throw new IOException(base + " is not a directory of this user");
    }
  }

  /** Everybody may come in, whatever the umask is. */
  private static void open(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(MODE));
  }

  private static void removeStale(Path base) throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(base, "[0-9]*")) {
      for (Path directory : directories) {
        Path exchange = directory.resolve(EXCHANGE);
        if (!mayBeStarting(directory)
            && Files.exists(exchange)
            && !UnixSockets.isListened(exchange.toString())) {
          remove(directory);
        }
      }
    }
  }

  /** A socket is there a moment before it is listened to. */
  private static boolean mayBeStarting(Path directory) {
    String digits = directory.getFileName().toString().split("-", 2)[0];
    try {
      int process = Integer.parseInt(digits);
      return process != ProcessHandle.current().pid() && new ProcTable().isRunning(process);
    } catch (NumberFormatException e) {
      return true; // nothing of ours
    }
  }

  private static void remove(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory.resolve(EXCHANGE));
      Files.deleteIfExists(directory.resolve(NOTIFY));
      Files.deleteIfExists(directory);
    } catch (NoSuchFileException e) {
      return; // another mount cleans up as well
    }
  }

  /** The directory of all mounts. */
  public Path base() {
    return base;
  }

  Path exchange() {
    return own.resolve(EXCHANGE);
  }

  Path notifications() {
    return own.resolve(NOTIFY);
  }

  /** What the mount shows: names in its control directory, and where they lead. */
  public Map<String, String> links() {
    return Map.of(EXCHANGE, exchange().toString(), NOTIFY, notifications().toString());
  }

  /** Removes it with the sockets in it. */
  public void remove() throws IOException {
    remove(own);
  }
}
