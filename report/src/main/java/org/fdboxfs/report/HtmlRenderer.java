package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes one HTML page of a report: complete in itself, it asks nobody for anything, and its policy
 * for content has the browser refuse whatever is not its own style and script. Without JavaScript
 * the figures of a chart stand where the chart would be.
 */
public final class HtmlRenderer {
  private static final int SECTIONS_WORTH_CONTENTS = 3;

  /** The page. */
  public String render(Report report) {
    List<Chart> charts = new ArrayList<>();
    collectCharts(report.blocks(), charts);
    Markup page = new Markup();
    page.open("html", "lang", "en").newline();
    addHead(page, report, !charts.isEmpty());
    page.open("body").newline().open("main").newline();
    page.element("h1", report.title()).newline();
    HtmlBlocks blocks = new HtmlBlocks(page);
    blocks.addContents(report.blocks(), "section", SECTIONS_WORTH_CONTENTS);
    blocks.addAll(report.blocks(), 2, "section");
    page.close().newline();
    if (!charts.isEmpty()) {
      addLicence(page);
      ChartScript.addTo(page, charts);
    }
    page.close().newline().close();
    return page.page();
  }

  private static void collectCharts(List<Block> blocks, List<Chart> charts) {
    for (Block block : blocks) {
      if (block instanceof Block.Section section) {
        collectCharts(section.blocks(), charts);
      } else if (block instanceof Chart chart) {
        charts.add(chart);
      }
    }
  }

  private static void addHead(Markup page, Report report, boolean hasCharts) {
    String style = Resources.text("page.css");
    page.open("head").newline();
    page.single("meta", "charset", "utf-8").newline();
    String policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src "
            + Resources.hash(style)
            + (hasCharts ? "; script-src " + ChartScript.hashes() : "");
    page.single("meta", "http-equiv", "Content-Security-Policy", "content", policy).newline();
    String viewport = "width=device-width, initial-scale=1";
    page.single("meta", "name", "viewport", "content", viewport).newline();
    page.single("meta", "name", "color-scheme", "content", "light dark").newline();
    page.element("title", report.title()).newline();
    page.verbatim("style", style);
    page.close().newline();
  }

  private static void addLicence(Markup page) {
    page.open("footer").open("details");
    page.element("summary", "The charts are drawn by D3, which is part of this page").newline();
    page.preformatted(Resources.text("d3/LICENSE"));
    page.close().close().newline();
  }
}
