package org.fdboxfs.fs;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeSet;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Capabilities;
import org.fdboxfs.model.Timestamp;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.rule.Deny;
import org.jspecify.annotations.Nullable;

/** The JSON that control files speak. */
final class Json {
  /** Writes one value. */
  interface Body {
    void write(JsonWriter json) throws IOException;
  }

  private Json() {}

  static String text(Body body) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail", e);
    }
    return text.toString();
  }

  static String time(Timestamp time) {
    return Instant.ofEpochSecond(time.seconds(), time.nanos()).toString();
  }

  static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }

  /**
   * An event.
   *
   * @param reader who reads it and may know of it; groups and control group of who asked, and the
   *     values of attributes, are told to that very user and to root alone
   */
  static String event(Event event, Caller reader) {
    boolean inFull = reader.isRoot() || reader.uid() == event.uid();
    String detail = inFull ? event.detail() : withoutValue(event);
    return text(
        json -> {
          json.beginObject();
          json.name("sequence").value(event.sequence());
          json.name("time").value(time(event.time()));
          json.name("type").value(event.type());
          json.name("operation").value(event.operation());
          json.name("path").value(event.path());
          json.name("uid").value(Integer.toUnsignedLong(event.uid()));
          json.name("pid").value(event.pid());
          if (!detail.isEmpty()) {
            json.name("detail").value(detail);
          }
          refusal(json, event.deny());
          if (inFull) {
            asker(json, event.asker());
          }
          subject(json, event.subject());
          json.endObject();
        });
  }

  private static String withoutValue(Event event) {
    int value = event.type().equals("setattr") ? event.detail().indexOf('=') : -1;
    return value < 0 ? event.detail() : event.detail().substring(0, value);
  }

  private static void asker(JsonWriter json, Event.Asker asker) throws IOException {
    if (asker.gid() != null) {
      json.name("gid").value(Integer.toUnsignedLong(asker.gid()));
    }
    if (asker.groups() != null) {
      json.name("groups").beginArray();
      for (int group : new TreeSet<>(asker.groups())) {
        json.value(Integer.toUnsignedLong(group));
      }
      json.endArray();
    }
    if (asker.capabilities() != null) {
      json.name("capabilities").value(Capabilities.hexadecimal(asker.capabilities()));
    }
    if (asker.cgroup() != null) {
      json.name("cgroup").value(asker.cgroup());
    }
    if (asker.executable() != null) {
      json.name("executable").value(asker.executable());
    }
  }

  /**
   * What is judged, by the names that requests to {@code .fdbox/explain} and {@code status} use.
   */
  private static void subject(JsonWriter json, Event.Subject subject) throws IOException {
    if (subject.kind() != null) {
      json.name("kind").value(subject.kind().label());
    }
    if (subject.access() != null) {
      json.name("access").value(subject.access().toString());
    }
    Event.Owner owner = subject.owner();
    if (owner != null) {
      json.name("owner").value(Integer.toUnsignedLong(owner.uid()));
      json.name("group").value(Integer.toUnsignedLong(owner.gid()));
      json.name("mode").value(octal(owner.mode()));
    }
    if (subject.bytes() != null) {
      json.name("size").value(subject.bytes());
    }
    if (subject.claim() != 0) {
      json.name("claim").value(subject.claim());
    }
    if (subject.ofSet()) {
      json.name("set").value(true);
    }
  }

  static String lost(long events) {
    return text(
        json ->
            json.beginObject().name("type").value("lost").name("events").value(events).endObject());
  }

  /** The answer of {@code .fdbox/explain}. */
  static String decision(Decision decision) {
    return text(
        json -> {
          json.beginObject();
          json.name("decision").value(decision.permitted() ? "permit" : "deny");
          refusal(json, decision.deny());
          json.name("rules").beginArray();
          for (Decision.Verdict verdict : decision.verdicts()) {
            Deny deny = verdict.deny();
            json.beginObject();
            json.name("id").value(verdict.rule());
            json.name("verdict")
                .value(deny == null ? "no objection" : deny.errno() + ": " + deny.reason());
            json.endObject();
          }
          json.endArray().endObject();
        });
  }

  static void refusal(JsonWriter json, @Nullable Deny deny) throws IOException {
    if (deny != null) {
      json.name("rule").value(deny.rule());
      json.name("errno").value(deny.errno().toString());
      json.name("reason").value(deny.reason());
    }
  }
}
