package org.fdboxfs.app.status;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refusal, as a line of {@code .fdbox/denials} tells it.
 *
 * @param errno the symbol
 * @param path within the mount, from its root
 */
public record Denial(
    @Nullable String time,
    @Nullable String rule,
    @Nullable String errno,
    @Nullable String reason,
    @Nullable String path,
    @Nullable String operation) {
  /**
   * The last refusal of one of some operations on a path; empty when there is none to be read.
   *
   * @param path within the mount, from its root
   */
  public static Optional<Denial> last(Path mountpoint, String path, Set<String> operations) {
    try {
      Path file = mountpoint.resolve(".fdbox/denials");
      return last(Files.readString(file, StandardCharsets.UTF_8), path, operations);
    } catch (IOException e) {
      return Optional.empty(); // the errno alone then has to do
    }
  }

  static Optional<Denial> last(String lines, String path, Set<String> operations) {
    Gson gson = new Gson();
    return lines
        .lines()
        .map(line -> parse(gson, line))
        .flatMap(Optional::stream)
        .filter(denial -> path.equals(denial.path) && operations.contains(denial.operation))
        .reduce((earlier, later) -> later);
  }

  private static Optional<Denial> parse(Gson gson, String line) {
    try {
      return Optional.ofNullable(gson.fromJson(line, Denial.class));
    } catch (JsonParseException e) {
      return Optional.empty(); // a line of a later version must not hide the others
    }
  }

  /** Errno, reason and rule in one line. */
  public String sentence() {
    String because = reason == null ? "" : ": " + reason;
    String by = rule == null ? "" : " [rule " + rule + "]";
    return ErrnoText.of(errno == null ? "refused" : errno) + because + by;
  }
}
