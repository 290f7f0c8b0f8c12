package org.fdboxfs.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;

/** The values of {@code -o}: what is meant for fdboxfs, and what is handed to FUSE as it is. */
final class MountOptions {
  private static final int MAX_THREADS = 64;

  /** What fstab and mount(8) say to each other and FUSE would not understand. */
  private static final Set<String> FSTAB_ONLY =
      Set.of(
          "defaults",
          "auto",
          "noauto",
          "user",
          "nouser",
          "users",
          "owner",
          "group",
          "_netdev",
          "nofail");

  /**
   * What is handed on: flags of mount(8) and options of libfuse 2 that leave the meaning of the
   * filesystem alone. Not uid=, umask=, kernel_cache and their like, which would show other owners
   * or stale bytes.
   */
  private static final Set<String> FUSE =
      Set.of(
          ("ro rw suid nosuid dev nodev exec noexec atime noatime diratime nodiratime relatime"
                  + " norelatime strictatime lazytime nolazytime sync async dirsync context"
                  + " fscontext defcontext rootcontext fsname subtype debug allow_root auto_unmount"
                  + " nonempty default_permissions use_ino hard_remove big_writes max_read"
                  + " max_write max_readahead max_background congestion_threshold async_read"
                  + " sync_read entry_timeout negative_timeout attr_timeout ac_attr_timeout"
                  + " noforget remember intr intr_signal")
              .split(" ", -1));

  private static final Set<String> LATER_KEEPERS = Set.of("process", "systemd", "luo");

  private Optional<String> policy = Optional.empty();
  private Optional<String> log = Optional.empty();
  private Optional<String> notifyBox = Optional.empty();
  private Optional<Boolean> allowOther = Optional.empty();
  private boolean chardev;
  private int threads;
  private boolean passthrough = true;
  private final List<String> fuse = new ArrayList<>();

  private MountOptions() {}

  /**
   * Reads options.
   *
   * @param values each a list with commas between; {@code \,} is a comma within a value
   * @throws IllegalArgumentException when one of them is wrong; the message says why
   */
  static MountOptions parse(List<String> values) {
    MountOptions options = new MountOptions();
    for (String value : values) {
      for (String option : split(value)) {
        options.add(option);
      }
    }
    return options;
  }

  private static List<String> split(String list) {
    List<String> options = new ArrayList<>();
    StringBuilder option = new StringBuilder();
    for (int at = 0; at < list.length(); at++) {
      char c = list.charAt(at);
      if (c == ',') {
        options.add(option.toString());
        option.setLength(0);
      } else {
        if (c == '\\' && at + 1 < list.length()) {
          // Kept before a comma: FUSE splits what it is handed once more.
          option.append(c);
          at++;
        }
        option.append(list.charAt(at));
      }
    }
    options.add(option.toString());
    return options;
  }

  private void add(String option) {
    int equals = option.indexOf('=');
    String key = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    switch (key) {
      case "policy" -> policy = Optional.of(file(key, value));
      case "log" -> log = Optional.of(file(key, value));
      case "keeper" -> checkKeeper(value);
      case "notify_box" -> notifyBox = Optional.of(box(value));
      case "chardev" -> chardev = equals < 0 || yesOrNo(key, value);
      case "threads" -> threads = threads(value);
      case "passthrough" -> passthrough = yesOrNo(key, value);
      case "allow_other" -> allowOther = Optional.of(equals < 0 || yesOrNo(key, value));
      default -> addForFuse(key, option);
    }
  }

  private static String file(String key, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("-o " + key + "=FILE: the file is missing");
    }
    return value.replace("\\,", ",").replace("\\\\", "\\");
  }

  private static void checkKeeper(String value) {
    if (LATER_KEEPERS.contains(value)) {
      throw new IllegalArgumentException(
          "-o keeper=" + value + ": not in this version, the only keeper is none");
    }
    if (!value.equals("none")) {
      throw new IllegalArgumentException(
          "-o keeper=" + value + ": no such keeper, the only one in this version is none");
    }
  }

  private static String box(String value) {
    try {
      if (value.equals(Names.CONTROL)) {
        throw new IllegalArgumentException("-o notify_box=" + value + ": the name is reserved");
      }
      return Names.check(value);
    } catch (FsException e) {
      throw new IllegalArgumentException("-o notify_box=" + value + ": " + e.getMessage(), e);
    }
  }

  private static int threads(String value) {
    int number = Accounts.isNumber(value) && value.length() < 4 ? Integer.parseInt(value) : 0;
    if (number < 1 || number > MAX_THREADS) {
      throw new IllegalArgumentException(
          "-o threads=" + value + ": must be a number from 1 to " + MAX_THREADS);
    }
    return number;
  }

  private static boolean yesOrNo(String key, String value) {
    return switch (value) {
      case "yes" -> true;
      case "no" -> false;
      default ->
          throw new IllegalArgumentException("-o " + key + "=" + value + ": must be yes or no");
    };
  }

  private void addForFuse(String key, String option) {
    if (key.isEmpty() && !option.isEmpty()) {
      throw new IllegalArgumentException("-o " + option + ": the name of the option is missing");
    }
    boolean forFuse =
        !key.isEmpty()
            && !FSTAB_ONLY.contains(key)
            && !key.equals("comment")
            && !key.startsWith("x-");
    if (forFuse && !FUSE.contains(key)) {
      throw new IllegalArgumentException("-o " + option + ": there is no such option here");
    }
    if (forFuse) {
      fuse.add(option);
    }
  }

  Optional<String> policy() {
    return policy;
  }

  Optional<String> log() {
    return log;
  }

  Optional<String> notifyBox() {
    return notifyBox;
  }

  /** Whether the character device was asked for. */
  boolean chardev() {
    return chardev;
  }

  /** 0 when it was not said. */
  int threads() {
    return threads;
  }

  boolean passthrough() {
    return passthrough;
  }

  /** What was asked for, else everybody for root, whose mount is a place like /tmp. */
  boolean allowOther(boolean root) {
    return allowOther.orElse(root && !fuse.contains("allow_root"));
  }

  /** Whether FUSE is handed that option. */
  boolean has(String fuseOption) {
    return fuse.contains(fuseOption);
  }

  /**
   * What FUSE is handed.
   *
   * @param source the name that the mount table shows, unless an option says another one
   */
  List<String> fuseOptions(String source) {
    List<String> result = new ArrayList<>(fuse);
    result.removeIf(option -> option.startsWith("subtype="));
    if (fuse.stream().noneMatch(option -> option.startsWith("fsname="))) {
      result.add("fsname=" + source.replace("\\", "\\\\").replace(",", "\\,"));
    }
    result.add("subtype=fdboxfs"); // by its type a mount is found again
    return result;
  }
}
