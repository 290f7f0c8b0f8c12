package org.fdboxfs.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.MountTable.Mount;

/** Where a path lies: on which mount, and under which name there. */
final class MountPaths {
  /**
   * A place on a mount.
   *
   * @param inside the path below the mountpoint, without slashes at its ends; empty for its root
   */
  record Place(Path mountpoint, String inside) {
    /** The path as the daemon sees it: from the root of the mount. */
    String fromRoot() {
      return "/" + inside;
    }
  }

  private MountPaths() {}

  /**
   * The absolute path without symbolic links, as the mount table writes it. What does not exist yet
   * stays in it as it is written.
   */
  static Path resolve(String path) {
    if (path.isEmpty()) {
      throw new Failure("the path is empty");
    }
    Path absolute = Path.of(path).toAbsolutePath();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      return resolveParent(absolute.normalize());
    }
  }

  private static Path resolveParent(Path absolute) {
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      return absolute;
    }
    try {
      return parent.toRealPath().resolve(name);
    } catch (IOException e) {
      return absolute;
    }
  }

  /**
   * The place of a path.
   *
   * @throws Failure when it is not on a mount of this program
   */
  static Place find(String path) throws IOException {
    Path resolved = resolve(path);
    Mount mount =
        MountTable.read()
            .containing(resolved.toString())
            .filter(Mount::isFdboxfs)
            .orElseThrow(() -> new Failure(path + " is not on an fdboxfs mount"));
    if (!answers(mount.path())) {
      throw new Failure(
          mount.mountpoint() + ": its daemon is gone (fdboxfs mount there starts a new one)");
    }
    return new Place(mount.path(), mount.path().relativize(resolved).toString());
  }

  /** Whether a daemon answers for the mount: an open, since the kernel answers a stat by itself. */
  static boolean answers(Path mountpoint) {
    try (InputStream opened = Files.newInputStream(mountpoint.resolve(".fdbox/metrics"))) {
      return opened.read() >= 0;
    } catch (java.nio.file.AccessDeniedException e) {
      return true; // another user's: alive, though not for us
    } catch (IOException e) {
      return false; // ENOTCONN, ECONNABORTED
    }
  }
}
