package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The mounts that this process sees, in the order in which they were made. */
public final class MountTable {
  /** The type under which the kernel lists a mount of this program. */
  public static final String FDBOXFS = "fuse.fdboxfs";

  private static final Path SOURCE = Path.of("/proc/self/mountinfo");
  private static final int DEVICE_FIELD = 2;
  private static final int MOUNTPOINT_FIELD = 4;

  /**
   * One mount.
   *
   * @param device major and minor number
   * @param mountpoint absolute path, decoded
   * @param type as in {@code mount -t}
   * @param source the name that stands for the device
   * @param options those of the filesystem itself, separated by commas
   */
  public record Mount(
      String device, String mountpoint, String type, String source, String options) {
    /** Whether it is a mount of this program. */
    public boolean isFdboxfs() {
      return type.equals(FDBOXFS);
    }

    /** The mountpoint as a path. */
    public Path path() {
      return Path.of(mountpoint);
    }

    /** The number that an option of it has, as {@code user_id}: who mounted it. */
    public OptionalLong number(String option) {
      return Arrays.stream(options.split(",", -1))
          .filter(each -> each.startsWith(option + "="))
          .map(each -> each.substring(option.length() + 1))
          .filter(Accounts::isNumber)
          .mapToLong(Long::parseLong)
          .findFirst();
    }

    private boolean contains(String path) {
      return mountpoint.equals("/") || path.equals(mountpoint) || path.startsWith(mountpoint + "/");
    }
  }

  private final List<Mount> mounts;

  private MountTable(List<Mount> mounts) {
    this.mounts = mounts;
  }

  /** The mounts as they are now. */
  public static MountTable read() throws IOException {
    // Not readAllLines: a mountpoint that is not UTF-8 must not hide all the others.
    return parse(new String(Files.readAllBytes(SOURCE), StandardCharsets.UTF_8));
  }

  /** From the text of a mountinfo file; lines that are not understood are left out. */
  public static MountTable parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    text.lines().forEach(line -> parseLine(line).ifPresent(mounts::add));
    return new MountTable(List.copyOf(mounts));
  }

  private static Optional<Mount> parseLine(String line) {
    List<String> fields = List.of(line.split(" ", -1));
    int separator = fields.indexOf("-");
    if (separator <= MOUNTPOINT_FIELD || fields.size() < separator + 4) {
      return Optional.empty();
    }
    return Optional.of(
        new Mount(
            fields.get(DEVICE_FIELD),
            decode(fields.get(MOUNTPOINT_FIELD)),
            decode(fields.get(separator + 1)),
            decode(fields.get(separator + 2)),
            decode(fields.get(separator + 3))));
  }

  /** Undoes the kernel's escapes: blank, tab, newline and backslash are three octal digits. */
  static String decode(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    for (int at = 0; at < field.length(); at++) {
      if (isEscape(field, at)) {
        text.append((char) Integer.parseInt(field.substring(at + 1, at + 4), 8));
        at += 3;
      } else {
        text.append(field.charAt(at));
      }
    }
    return text.toString();
  }

  private static boolean isEscape(String field, int at) {
    if (field.charAt(at) != '\\' || at + 4 > field.length()) {
      return false;
    }
    return field.substring(at + 1, at + 4).chars().allMatch(c -> c >= '0' && c <= '7');
  }

  /** All mounts of this program. */
  public List<Mount> fdboxfs() {
    return mounts.stream().filter(Mount::isFdboxfs).toList();
  }

  /** The mount on which an absolute, normalised path lies. */
  public Optional<Mount> containing(String path) {
    Mount best = null;
    for (Mount mount : mounts) {
      // The later of two mounts on one place is the one that is seen.
      if (mount.contains(path)
          && (best == null || mount.mountpoint.length() >= best.mountpoint.length())) {
        best = mount;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The visible mount of this program that is mounted exactly there. */
  public Optional<Mount> fdboxfsAt(String mountpoint) {
    return containing(mountpoint)
        .filter(mount -> mount.mountpoint.equals(mountpoint) && mount.isFdboxfs());
  }
}
