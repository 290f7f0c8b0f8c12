package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * For whom something is asked.
 *
 * @param groups supplementary groups
 */
public record Credentials(long uid, long gid, List<Long> groups) {
  private static final Path SELF = Path.of("/proc/self/status");

  /** Real, effective, saved, filesystem: the kernel judges file access by the last. */
  private static final int FILESYSTEM_ID = 3;

  /** Keeps a copy of the groups. */
  public Credentials {
    groups = List.copyOf(groups);
  }

  /** Those of this process. */
  public static Credentials own() throws IOException {
    return parse(new String(Files.readAllBytes(SELF), StandardCharsets.UTF_8));
  }

  /** From the text of a process's status file. */
  static Credentials parse(String status) {
    return new Credentials(
        numbers(status, "Uid:").get(FILESYSTEM_ID),
        numbers(status, "Gid:").get(FILESYSTEM_ID),
        numbers(status, "Groups:"));
  }

  private static List<Long> numbers(String status, String key) {
    Optional<String> line = status.lines().filter(text -> text.startsWith(key)).findFirst();
    List<Long> result = new ArrayList<>();
    if (line.isPresent()) {
      Arrays.stream(line.get().substring(key.length()).trim().split("\\s+", -1))
          .filter(Accounts::isNumber)
          .forEach(number -> result.add(Long.parseLong(number)));
    }
    return result;
  }

  /** Whether they are the superuser's. */
  public boolean isRoot() {
    return uid == 0;
  }
}
