package org.fdboxfs.app.status;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as a line of {@code .fdbox/events} or {@code .fdbox/denials} tells it.
 * What a version leaves out is empty here, never null.
 *
 * @param sequence counts up by one
 * @param time in UTC, as ISO 8601 writes it
 * @param type {@code open}, {@code put}, {@code deny}, ...
 * @param path from the root of the mount
 * @param pid the process; 0 when there was none
 * @param errno the symbol, only with type {@code deny}, as rule and reason
 * @param events only with type {@code lost}: how many were missed
 */
public record MountEvent(
    long sequence,
    String time,
    String type,
    String operation,
    String path,
    long uid,
    long pid,
    String detail,
    String rule,
    String errno,
    String reason,
    long events) {
  /** That somebody was refused something. */
  public static final String DENY = "deny";

  private static final Gson GSON = new Gson();
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  /** Fills in what was left out. */
  public MountEvent {
    time = orEmpty(time);
    type = orEmpty(type);
    operation = orEmpty(operation);
    path = orEmpty(path);
    detail = orEmpty(detail);
    rule = orEmpty(rule);
    errno = orEmpty(errno);
    reason = orEmpty(reason);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** From a line; empty when it is not understood: one of a later version must not hide others. */
  public static Optional<MountEvent> parse(String line) {
    try {
      return Optional.ofNullable(GSON.fromJson(line, MountEvent.class));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /** The last refusals that concern the caller, oldest first. */
  public static List<MountEvent> denials(Path mountpoint) throws IOException {
    try (BufferedReader file = Files.newBufferedReader(denialsFile(mountpoint))) {
      return parse(file);
    }
  }

  /** Where a mount tells them. */
  public static Path denialsFile(Path mountpoint) {
    return mountpoint.resolve(".fdbox/denials");
  }

  /** From lines, in their order. */
  public static List<MountEvent> parse(BufferedReader lines) throws IOException {
    try {
      return lines.lines().flatMap(line -> parse(line).stream()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Whether somebody was refused something. */
  public boolean isDenial() {
    return type.equals(DENY);
  }

  /** Hours, minutes and seconds of the time in a zone, or the text of it where it is no time. */
  public String clock(ZoneId zone) {
    return clock(time, zone);
  }

  /** The same for any time that a mount tells. */
  public static String clock(String time, ZoneId zone) {
    try {
      return CLOCK.withZone(zone).format(Instant.parse(time));
    } catch (DateTimeParseException e) {
      return time;
    }
  }
}
