package org.fdboxfs.app.status;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.fdboxfs.app.host.DetachedRead;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code .fdbox/status} of a mount says. Parts that a version leaves out are empty
 * here, never null.
 *
 * @param pid the daemon
 * @param keeper what else holds the descriptors, {@code none} when nothing does
 * @param complete false when there were more boxes than the mount lists at once
 */
public record MountStatus(
    long pid,
    String version,
    String mountpoint,
    String keeper,
    @Nullable Features features,
    @Nullable Descriptors descriptors,
    List<Box> boxes,
    @Nullable Boolean complete) {
  /**
   * What the kernel lets the mount do.
   *
   * @param passthrough whether memory is reached without the daemon
   */
  public record Features(boolean passthrough, int threads, String kernel) {}

  /** How many descriptors the daemon has open and may have open. */
  public record Descriptors(long used, long limit) {}

  /** A directory at the top of the mount. */
  public record Box(
      String name,
      long uid,
      long gid,
      String mode,
      String state,
      List<Group> groups,
      List<Entry> entries) {
    /** Fills in what was left out. */
    public Box {
      mode = orDash(mode);
      state = orDash(state);
      groups = orEmpty(groups);
      entries = orEmpty(entries);
    }
  }

  /**
   * A directory whose members belong together.
   *
   * @param path below the box
   * @param open {@code reserve}, {@code in-order} or {@code together}
   * @param rule who says so
   */
  public record Group(String path, String open, String rule) {
    /** Fills in what was left out. */
    public Group {
      open = orDash(open);
      rule = orDash(rule);
    }
  }

  /**
   * A preserved descriptor.
   *
   * @param path below the box
   * @param size bytes
   * @param claims how many handles are open on it
   * @param writers how many of them can write
   */
  public record Entry(
      String path,
      String kind,
      long uid,
      long gid,
      String mode,
      long size,
      int claims,
      int writers,
      String state,
      List<Claimant> claimants) {
    /** Fills in what was left out. */
    public Entry {
      kind = orDash(kind);
      mode = orDash(mode);
      state = orDash(state);
      claimants = orEmpty(claimants);
    }
  }

  /** Who holds a claim. */
  public record Claimant(long pid, long uid, String access, String command, String since) {
    /** Fills in what was left out. */
    public Claimant {
      access = orDash(access);
      command = orDash(command);
      since = orDash(since);
    }

    /** The holder in a word: {@code qemu (12)}. */
    public String label() {
      return command + " (" + pid + ")";
    }
  }

  /** Fills in what was left out. */
  public MountStatus {
    version = orDash(version);
    mountpoint = orDash(mountpoint);
    keeper = orDash(keeper);
    boxes = orEmpty(boxes);
  }

  /** The status of a mount. */
  public static MountStatus of(Path mountpoint) throws IOException {
    try (BufferedReader reader = open(mountpoint)) {
      return parse(reader);
    }
  }

  /**
   * The status of a mount that lets in nobody but the user who made it, read as that user, since
   * the kernel keeps out root too (fuse(4), {@code allow_other}). For root.
   */
  public static MountStatus asUser(long uid, long gid, Path mountpoint) throws IOException {
    try (DetachedRead file = DetachedRead.as(uid, gid, file(mountpoint))) {
      return file.parsed(MountStatus::parse);
    }
  }

  /**
   * The status of what lies at or below a path.
   *
   * @param path within the mount, without slashes at its ends; empty for all of it
   */
  public static MountStatus of(Path mountpoint, String path) throws IOException {
    JsonObject tree = json(mountpoint, path);
    return understood(() -> new Gson().fromJson(tree, MountStatus.class));
  }

  /** The same with everything in it that this version does not know. */
  public static JsonObject json(Path mountpoint, String path) throws IOException {
    try (BufferedReader reader = open(mountpoint)) {
      JsonObject tree = understood(() -> new Gson().fromJson(reader, JsonObject.class));
      Selection.apply(tree, path);
      return tree;
    }
  }

  private static BufferedReader open(Path mountpoint) throws IOException {
    return Files.newBufferedReader(file(mountpoint), StandardCharsets.UTF_8);
  }

  /** Where a mount says it. */
  public static Path file(Path mountpoint) {
    return mountpoint.resolve(".fdbox/status");
  }

  /**
   * From JSON, read as a stream: a mount may hold a hundred thousand entries.
   *
   * @throws IOException when it is not the status of a mount
   */
  public static MountStatus parse(Reader json) throws IOException {
    return understood(() -> new Gson().fromJson(json, MountStatus.class));
  }

  private static <T> T understood(Supplier<@Nullable T> reading) throws IOException {
    try {
      T value = reading.get();
      if (value == null) {
        throw new IOException("the status of the mount is empty");
      }
      return value;
    } catch (JsonParseException e) {
      throw new IOException("the status of the mount is not understood", e);
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "-" : text;
  }
}
