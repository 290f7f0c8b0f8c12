package org.fdboxfs.report;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.fdboxfs.report.BarChart.Bar;

/** What draws the charts of a page, and what it draws. */
final class ChartScript {
  private static final String LIBRARY = "d3/d3.min.js";
  private static final String DRAWING = "charts.js";

  private ChartScript() {}

  /** The scripts that the policy of the page has to allow. */
  static String hashes() {
    return Resources.hash(Resources.text(LIBRARY)) + " " + Resources.hash(Resources.text(DRAWING));
  }

  static void addTo(Markup page, List<Chart> charts) {
    page.verbatim("script", json(charts), "type", "application/json", "id", "chart-data");
    page.verbatim("script", Resources.text(LIBRARY));
    page.verbatim("script", Resources.text(DRAWING));
  }

  private static String json(List<Chart> charts) {
    JsonArray all = new JsonArray();
    charts.forEach(chart -> all.add(json(chart)));
    return new Gson().toJson(all); // escapes what could end a script element
  }

  private static JsonObject json(Chart chart) {
    if (chart instanceof BarChart bars) {
      return json(bars);
    } else if (chart instanceof Balance balance) {
      return json(balance);
    }
    throw new IllegalArgumentException("not drawn yet: " + chart.getClass());
  }

  private static JsonObject json(Balance balance) {
    JsonObject object = new JsonObject();
    object.addProperty("title", Printable.of(balance.title()));
    object.addProperty("largest", balance.largest());
    JsonArray rows = new JsonArray();
    for (Balance.Row row : balance.rows()) {
      JsonObject each = new JsonObject();
      each.addProperty("group", Printable.of(row.group()));
      each.addProperty("label", Printable.of(row.label()));
      each.addProperty("losses", row.losses());
      each.addProperty("gains", row.gains());
      rows.add(each);
    }
    object.add("balance", rows);
    return object;
  }

  private static JsonObject json(BarChart chart) {
    JsonObject object = new JsonObject();
    object.addProperty("title", Printable.of(chart.caption()));
    object.addProperty("unit", Printable.of(chart.unit()));
    object.addProperty("scale", chart.scale().name().toLowerCase(Locale.ROOT));
    object.addProperty("origin", chart.origin());
    object.addProperty("largest", chart.largest());
    JsonArray bars = new JsonArray();
    chart.bars().forEach(bar -> bars.add(json(bar)));
    object.add("bars", bars);
    return object;
  }

  private static JsonObject json(Bar bar) {
    JsonObject object = new JsonObject();
    object.addProperty("label", Printable.of(bar.label()));
    object.addProperty("series", Printable.of(bar.series()));
    object.addProperty("value", bar.value());
    object.addProperty("text", Numbers.text(bar.value()));
    Spread spread = bar.spread();
    if (spread != null) {
      object.addProperty("low", spread.low());
      object.addProperty("high", spread.high());
    }
    return object;
  }
}
