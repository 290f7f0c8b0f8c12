package org.fdboxfs.app.policy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fdboxfs.app.policy.BoundedLines.BadLine;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.rule.Deny;
import org.jspecify.annotations.Nullable;

/** A line of {@code .fdbox/events}, read back. */
final class TraceLine {
  private static final long MOST_ID = 0xffff_ffffL;
  private static final int LONGEST_SHOWN = 40;

  /** Paths have at most 4095 bytes, as the kernel takes them. */
  private static final int LONGEST_TEXT = 4096;

  private final JsonObject fields;

  private TraceLine(JsonObject fields) {
    this.fields = fields;
  }

  /**
   * The event that a line tells.
   *
   * @return empty for a line that only tells how many events were lost
   * @throws BadLine with the reason
   */
  static Optional<Event> read(String line) throws BadLine {
    JsonElement value;
    try {
      value = JsonParser.parseString(line);
    } catch (JsonParseException e) {
      throw new BadLine("not JSON");
    }
    if (!(value instanceof JsonObject fields)) {
      throw new BadLine("not a JSON object");
    }
    TraceLine read = new TraceLine(fields);
    return read.text("type").equals("lost") ? Optional.empty() : Optional.of(read.event());
  }

  private Event event() throws BadLine {
    String type = text("type");
    return new Event(
        positive("sequence"),
        time(),
        type,
        text("operation"),
        id("uid"),
        (int) number("pid", 0, Integer.MAX_VALUE),
        path("path"),
        0,
        type.equals("rename") ? path("detail") : optional("detail", ""),
        0,
        type.equals("deny") ? deny() : null,
        asker(),
        subject());
  }

  private Timestamp time() throws BadLine {
    String text = text("time");
    try {
      Instant instant = Instant.parse(text);
      return new Timestamp(instant.getEpochSecond(), instant.getNano());
    } catch (DateTimeException e) {
      throw bad("time", "is no time");
    }
  }

  private Deny deny() throws BadLine {
    Errno errno = Errno.byName(text("errno")).orElseThrow(() -> bad("errno", "is unknown"));
    return new Deny(text("rule"), errno, optional("reason", ""));
  }

  private Event.Asker asker() throws BadLine {
    return new Event.Asker(
        fields.has("gid") ? id("gid") : null,
        fields.has("groups") ? groups() : null,
        fields.has("capabilities") ? capabilities() : null,
        fields.has("cgroup") ? text("cgroup") : null,
        fields.has("executable") ? text("executable") : null);
  }

  private Set<Integer> groups() throws BadLine {
    if (!(fields.get("groups") instanceof JsonArray array)) {
      throw bad("groups", "is no list");
    }
    Set<Integer> groups = new HashSet<>();
    for (JsonElement each : array) {
      groups.add((int) number(each, "groups", 0, MOST_ID));
    }
    return groups;
  }

  private Set<String> capabilities() throws BadLine {
    try {
      return Capabilities.of(Long.parseUnsignedLong(text("capabilities"), 16));
    } catch (NumberFormatException e) {
      throw bad("capabilities", "is no hexadecimal number");
    }
  }

  private Event.Subject subject() throws BadLine {
    return new Event.Subject(
        fields.has("kind") ? kind() : null,
        fields.has("owner") ? owner() : null,
        fields.has("size") ? Long.valueOf(number("size", 0, Long.MAX_VALUE)) : null,
        fields.has("access") ? access() : null,
        fields.has("claim") ? positive("claim") : 0,
        fields.has("set"));
  }

  private FdKind kind() throws BadLine {
    return FdKind.byLabel(text("kind")).orElseThrow(() -> bad("kind", "is unknown"));
  }

  private Access access() throws BadLine {
    String label = text("access");
    for (Access access : Access.values()) {
      if (access.toString().equals(label)) {
        return access;
      }
    }
    throw bad("access", "is unknown");
  }

  private Event.Owner owner() throws BadLine {
    try {
      return new Event.Owner(id("owner"), id("group"), Integer.parseInt(text("mode"), 8) & 07777);
    } catch (NumberFormatException e) {
      throw bad("mode", "is no octal number");
    }
  }

  private String path(String key) throws BadLine {
    String path = text(key);
    if (!path.startsWith("/")) {
      throw bad(key, "does not begin with a slash");
    }
    return path;
  }

  private int id(String key) throws BadLine {
    return (int) number(key, 0, MOST_ID);
  }

  private long positive(String key) throws BadLine {
    return number(key, 1, Long.MAX_VALUE);
  }

  private long number(String key, long least, long most) throws BadLine {
    return number(fields.get(key), key, least, most);
  }

  private long number(@Nullable JsonElement value, String key, long least, long most)
      throws BadLine {
    if (value == null) {
      throw new BadLine("'" + key + "' is missing");
    }
    try {
      if (value instanceof JsonPrimitive number && number.isNumber()) {
        long read = Long.parseLong(number.getAsString());
        if (read >= least && read <= most) {
          return read;
        }
      }
    } catch (NumberFormatException e) {
      throw bad(key, "is no whole number");
    }
    throw bad(key, "is no number from " + least + " to " + most);
  }

  private String optional(String key, String otherwise) throws BadLine {
    return fields.has(key) ? text(key) : otherwise;
  }

  private String text(String key) throws BadLine {
    if (!fields.has(key)) {
      throw new BadLine("'" + key + "' is missing");
    }
    if (fields.get(key) instanceof JsonPrimitive text && text.isString()) {
      if (text.getAsString().length() > LONGEST_TEXT) {
        throw bad(key, "is longer than " + LONGEST_TEXT + " characters");
      }
      return text.getAsString();
    }
    throw bad(key, "is no text");
  }

  private BadLine bad(String key, String what) {
    String shown = String.valueOf(fields.get(key));
    String cut = shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "..." : shown;
    return new BadLine("'" + key + "' " + what + ": " + cut);
  }
}
