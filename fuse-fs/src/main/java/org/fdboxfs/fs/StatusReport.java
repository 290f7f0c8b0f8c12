package org.fdboxfs.fs;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Map;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.Inspection;
import org.fdboxfs.policy.Inspection.BoxView;
import org.fdboxfs.policy.Inspection.Boxes;
import org.fdboxfs.policy.Inspection.ClaimView;
import org.fdboxfs.policy.Inspection.EntryView;
import org.fdboxfs.policy.Inspection.GroupView;
import org.fdboxfs.policy.Inspection.Totals;
import org.fdboxfs.policy.Journal;

/** The texts of {@code .fdbox/status} and {@code .fdbox/metrics}. */
final class StatusReport {
  private final Inspection inspection;
  private final Journal journal;
  private final MountFacts facts;
  private final ProcessTable processes;

  StatusReport(Inspection inspection, Journal journal, MountFacts facts, ProcessTable processes) {
    this.inspection = inspection;
    this.journal = journal;
    this.facts = facts;
    this.processes = processes;
  }

  String status(Caller caller) {
    return Json.text(
            json -> {
              json.beginObject();
              json.name("pid").value(facts.pid());
              json.name("version").value(facts.version());
              json.name("mountpoint").value(facts.mountpoint());
              json.name("keeper").value(facts.keeper());
              features(json);
              json.name("boxes").beginArray();
              Boxes boxes = inspection.boxes(caller);
              for (BoxView box : boxes.boxes()) {
                box(json, box);
              }
              json.endArray();
              json.name("complete").value(boxes.complete());
              json.endObject();
            })
        + "\n";
  }

  private void features(JsonWriter json) throws IOException {
    Totals totals = inspection.totals();
    json.name("features").beginObject();
    json.name("passthrough").value(facts.passthrough().getAsBoolean());
    json.name("threads").value(facts.threads());
    json.name("kernel").value(facts.kernel());
    json.name("policy").value(facts.policy());
    json.endObject();
    json.name("descriptors").beginObject();
    json.name("used").value(totals.entries());
    json.name("limit").value(totals.descriptorLimit());
    json.endObject();
  }

  private void box(JsonWriter json, BoxView box) throws IOException {
    json.beginObject();
    json.name("name").value(box.name());
    owner(json, box.uid(), box.gid(), box.mode());
    json.name("state").value(box.state());
    json.name("groups").beginArray();
    for (GroupView group : box.groups()) {
      json.beginObject();
      json.name("path").value(group.path());
      json.name("open").value(group.open());
      json.name("rule").value(group.rule());
      json.endObject();
    }
    json.endArray();
    json.name("entries").beginArray();
    for (EntryView entry : box.entries()) {
      entry(json, entry);
    }
    json.endArray().endObject();
  }

  private void entry(JsonWriter json, EntryView entry) throws IOException {
    json.beginObject();
    json.name("path").value(entry.path());
    json.name("kind").value(entry.kind().label());
    owner(json, entry.uid(), entry.gid(), entry.mode());
    json.name("size").value(entry.size());
    json.name("claims").value(entry.claimants().size());
    json.name("writers").value(entry.writers());
    json.name("state").value(entry.state());
    json.name("claimants").beginArray();
    for (ClaimView claim : entry.claimants()) {
      json.beginObject();
      json.name("pid").value(claim.pid());
      json.name("uid").value(Integer.toUnsignedLong(claim.uid()));
      json.name("access").value(claim.access().toString());
      json.name("command").value(processes.command(claim.pid()));
      json.name("since").value(Json.time(claim.since()));
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static void owner(JsonWriter json, int uid, int gid, int mode) throws IOException {
    json.name("uid").value(Integer.toUnsignedLong(uid));
    json.name("gid").value(Integer.toUnsignedLong(gid));
    json.name("mode").value(Json.octal(mode));
  }

  /** OpenMetrics text: numbers only, no names of boxes, entries or users. */
  String metrics() {
    Totals totals = inspection.totals();
    StringBuilder text = new StringBuilder();
    gauge(text, "fdboxfs_boxes", "Boxes in the mount.", totals.boxes());
    gauge(text, "fdboxfs_entries", "Preserved descriptors.", totals.entries());
    gauge(text, "fdboxfs_claims", "Open handles on entries.", totals.claims());
    gauge(text, "fdboxfs_entries_limit", "Descriptors that can be held.", totals.descriptorLimit());
    text.append("# HELP fdboxfs_events Things that happened, by type.\n");
    text.append("# TYPE fdboxfs_events counter\n");
    StringBuilder denials = new StringBuilder();
    for (Map.Entry<String, Long> count : journal.counts().entrySet()) {
      String type = count.getKey();
      if (type.startsWith("deny:")) {
        sample(denials, "fdboxfs_denials_total{errno", type.substring(5), count.getValue());
      } else {
        sample(text, "fdboxfs_events_total{type", type, count.getValue());
      }
    }
    text.append("# HELP fdboxfs_denials Refusals, by errno.\n");
    text.append("# TYPE fdboxfs_denials counter\n");
    return text.append(denials).append("# EOF\n").toString();
  }

  private static void gauge(StringBuilder text, String name, String help, long value) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
    text.append(name).append(' ').append(value).append('\n');
  }

  private static void sample(StringBuilder text, String label, String value, long count) {
    text.append(label).append("=\"").append(value).append("\"} ").append(count).append('\n');
  }
}
