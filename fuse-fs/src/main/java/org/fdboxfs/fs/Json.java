package org.fdboxfs.fs;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
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

  static String event(Event event) {
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
          if (!event.detail().isEmpty()) {
            json.name("detail").value(event.detail());
          }
          refusal(json, event.deny());
          json.endObject();
        });
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
            json.beginObject();
            json.name("id").value(verdict.rule());
            json.name("verdict").value(said(verdict));
            json.endObject();
          }
          json.endArray().endObject();
        });
  }

  private static String said(Decision.Verdict verdict) {
    Deny deny = verdict.deny();
    if (deny != null) {
      return deny.errno() + ": " + deny.reason();
    }
    return verdict.allows() ? "allows; no later rule of the file is asked" : "no objection";
  }

  static void refusal(JsonWriter json, @Nullable Deny deny) throws IOException {
    if (deny != null) {
      json.name("rule").value(deny.rule());
      json.name("errno").value(deny.errno().toString());
      json.name("reason").value(deny.reason());
    }
  }
}
