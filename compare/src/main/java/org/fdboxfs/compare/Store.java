package org.fdboxfs.compare;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.jspecify.annotations.Nullable;

/** A mount to play scenarios on, in a directory of its own. Closing unmounts and removes it. */
final class Store implements AutoCloseable {
  private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d+)");
  private static final int PATIENCE_SECONDS = 30;
  private static final Path NODES = Path.of("/dev/fdbox");
  private static final int ROOT_MODE = 01777;

  private final Path launcher;
  private final FrontEnd frontEnd;
  private final @Nullable Path policy;
  private final Path place;
  private final Path mountpoint;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ProcessHandle daemon;

  private Store(Path launcher, FrontEnd frontEnd, @Nullable Path policy, Path place) {
    this.launcher = launcher;
    this.frontEnd = frontEnd;
    this.policy = policy;
    this.place = place;
    this.mountpoint = place.resolve("mnt");
  }

  /**
   * Mounts.
   *
   * @param work an existing directory
   * @param policy null for the default
   */
  static Store mount(Path launcher, Path work, FrontEnd frontEnd, @Nullable Path policy)
      throws IOException, ComparisonException {
    Path place = Files.createTempDirectory(work, frontEnd.label());
    // Actors are other users, who have to come through.
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    Store store = new Store(launcher, frontEnd, policy, place);
    Files.createDirectory(store.mountpoint);
    store.mount();
    return store;
  }

  private void mount() throws IOException, ComparisonException {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "mount"));
    if (frontEnd == FrontEnd.CHARDEV) {
      command.add("--chardev");
    }
    command.add("-o");
    command.add("log=" + place.resolve("log") + (policy == null ? "" : ",policy=" + policy));
    command.add(mountpoint.toString());
    Output output = Output.of(command);
    if (output.status() != 0) {
      throw new ComparisonException(output.firstLine());
    }
    daemon = findDaemon();
  }

  boolean hasPolicy(@Nullable Path other) {
    return Objects.equals(policy, other);
  }

  Path mountpoint() {
    return mountpoint;
  }

  /** Where the nodes of the character device are. */
  Path device() {
    return Files.exists(NODES.resolve("fdbox")) ? NODES : mountpoint.resolve(".fdbox/chardev");
  }

  /** What those are, in words. */
  String nodes() {
    return device().equals(NODES)
        ? "device nodes, served by CUSE"
        : "files of the mount, for this machine has no CUSE";
  }

  private ProcessHandle findDaemon() throws IOException, ComparisonException {
    Matcher pid = PID.matcher(Files.readString(mountpoint.resolve(".fdbox/status")));
    return (pid.find()
            ? ProcessHandle.of(Long.parseLong(pid.group(1)))
            : Optional.<ProcessHandle>empty())
        .orElseThrow(() -> new ComparisonException("the mount does not tell its process"));
  }

  /** Kills the program that holds the store, and starts it again. */
  void restart() throws IOException, ComparisonException {
    findDaemon().destroyForcibly();
    awaitEnd();
    mount();
  }

  /** As it is when it was mounted: removes all boxes, or mounts anew where they do not go. */
  void clear() throws IOException, ComparisonException {
    removeLitter();
    try {
      Files.setAttribute(mountpoint, "unix:uid", 0);
      Files.setAttribute(mountpoint, "unix:gid", 0);
      Files.setAttribute(mountpoint, "unix:mode", ROOT_MODE);
      for (Path box : boxes()) {
        unseal(box);
        remove(box);
      }
    } catch (IOException e) {
      unmount();
      mount();
    }
  }

  /** A command line that should have made a box may have made a directory among the nodes. */
  private void removeLitter() throws IOException {
    if (frontEnd != FrontEnd.CHARDEV || !device().equals(NODES)) {
      return;
    }
    try (Stream<Path> nodes = Files.list(NODES)) {
      for (Path node : nodes.toList()) {
        if (!Files.readAttributes(node, BasicFileAttributes.class, NOFOLLOW_LINKS).isOther()) {
          remove(node);
        }
      }
    }
  }

  private List<Path> boxes() throws IOException {
    try (Stream<Path> boxes = Files.list(mountpoint)) {
      return boxes.toList();
    }
  }

  private static void unseal(Path box) {
    try {
      Files.getFileAttributeView(box, UserDefinedFileAttributeView.class)
          .write("fdbox.state", ByteBuffer.wrap("live".getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      // It was not sealed; if it was and still is, nothing in it can be removed, which will show.
    }
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** By the kernel's own means: to start a JVM for it takes longer than most scenarios. */
  private void unmount() throws IOException, ComparisonException {
    Output output = Output.of(List.of("umount", mountpoint.toString()));
    if (output.status() != 0) {
      Output lazily = Output.of(List.of("umount", "-l", mountpoint.toString()));
      throw new ComparisonException(lazily.status() == 0 ? output.firstLine() : lazily.firstLine());
    }
    awaitEnd();
  }

  /** The nodes of a character device are there until its server has ended. */
  private void awaitEnd() {
    ProcessHandle server = daemon;
    if (server != null) {
      server
          .onExit()
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .exceptionally(late -> server)
          .join();
    }
  }

  /** Unmounts whatever is in the way, from any thread: the command is about to end. */
  void abandon() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      Output.of(List.of("umount", "-l", mountpoint.toString()));
      ProcessHandle server = daemon;
      if (server != null) {
        server.destroy();
      }
      awaitEnd();
      remove(place);
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }

  @Override
  public void close() throws IOException, ComparisonException {
    if (!closed.getAndSet(true)) {
      unmount();
      remove(place);
    }
  }
}
