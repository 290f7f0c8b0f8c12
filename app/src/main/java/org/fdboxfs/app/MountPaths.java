package org.fdboxfs.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.MountTable.Mount;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
import org.jspecify.annotations.Nullable;

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

  private static final Set<String> DEAD = Set.of("ENOTCONN", "ECONNABORTED", "ECONNREFUSED");
  private static final String SILENT = " does not answer; ^C ends the waiting";
  private static final String GONE = ": its daemon is gone (fdboxfs mount there starts a new one)";

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
    WaitNotice notice = new WaitNotice(path + SILENT);
    try {
      return place(path);
    } finally {
      notice.close();
    }
  }

  private static Place place(String path) throws IOException {
    Place place =
        onMount(MountTable.read(), path)
            .orElseThrow(() -> new Failure(path + " is not on an fdboxfs mount"));
    if (!answers(place.mountpoint())) {
      throw new Failure(place.mountpoint() + GONE);
    }
    return place;
  }

  private static Optional<Place> onMount(MountTable table, String path) {
    Path resolved = resolve(path);
    return table
        .containing(resolved.toString())
        .filter(Mount::isFdboxfs)
        .map(mount -> new Place(mount.path(), mount.path().relativize(resolved).toString()));
  }

  /**
   * The mount that is meant.
   *
   * @param path anything on it; null for the mount around the working directory, or the only one
   * @throws Failure when there is none, or several
   */
  static Path mount(@Nullable String path) throws IOException {
    WaitNotice notice = new WaitNotice((path == null ? "the mount" : path) + SILENT);
    try {
      return path == null ? onlyMount() : place(path).mountpoint();
    } finally {
      notice.close();
    }
  }

  private static Path onlyMount() throws IOException {
    MountTable table = MountTable.read();
    Optional<Place> around = onMount(table, ".");
    List<String> mounts = table.fdboxfs().stream().map(Mount::mountpoint).distinct().toList();
    if (around.isEmpty() && mounts.isEmpty()) {
      throw new Failure("nothing is mounted (fdboxfs mount MOUNTPOINT)");
    }
    if (around.isEmpty() && mounts.size() > 1) {
      throw new Failure("there are " + mounts.size() + " mounts: name one");
    }
    return place(around.isPresent() ? "." : mounts.get(0)).mountpoint();
  }

  /**
   * The place of something in a box, by its path or, if there is one mount only, by its path from
   * the root of that.
   *
   * @throws Failure when it is neither, or names the root
   */
  static Place findEntry(String path) throws IOException {
    MountTable table = MountTable.read();
    Place place = onMount(table, path).orElseGet(() -> onTheOnlyMount(table, path));
    if (place.inside().isEmpty()) {
      throw new Failure(path + " is a mount: name something in it");
    }
    return place;
  }

  private static Place onTheOnlyMount(MountTable table, String path) {
    Path inside = Path.of(path).normalize();
    if (inside.isAbsolute()) {
      throw new Failure(path + " is not on an fdboxfs mount");
    }
    List<String> mounts = table.fdboxfs().stream().map(Mount::mountpoint).distinct().toList();
    if (mounts.isEmpty()) {
      throw new Failure(path + " is not on an fdboxfs mount, and there is none");
    }
    if (mounts.size() > 1) {
      throw new Failure(
          path + " is not on an fdboxfs mount, and there are " + mounts.size() + ": which one?");
    }
    return new Place(Path.of(mounts.get(0)), inside.toString());
  }

  /**
   * Connects to the daemon of a place.
   *
   * @throws Failure when it is gone
   */
  static Exchange connect(Place place) throws FdBoxException {
    try {
      return Exchange.connect(place.mountpoint());
    } catch (FdBoxException e) {
      if (DEAD.contains(e.errnoName())) {
        throw new Failure(place.mountpoint() + GONE);
      }
      throw e;
    }
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
