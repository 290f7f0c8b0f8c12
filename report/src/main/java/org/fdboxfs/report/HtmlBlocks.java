package org.fdboxfs.report;

import java.util.List;
import java.util.Locale;
import org.fdboxfs.report.Table.Align;
import org.fdboxfs.report.Table.Column;

/** Writes the blocks of a report into its page. */
final class HtmlBlocks {
  private static final int DEEPEST_HEADING = 6;
  private static final int COLUMNS_SIDE_BY_SIDE = 6;

  private final Markup page;
  private int charts;

  HtmlBlocks(Markup page) {
    this.page = page;
  }

  void addAll(List<Block> blocks) {
    int sections = 0;
    for (Block block : blocks) {
      if (block instanceof Block.Section section) {
        page.open("section", "id", HtmlRenderer.anchor(sections++)).newline();
        addSection(section, 2);
        page.close().newline();
      } else {
        add(block, 2);
      }
    }
  }

  private void addSection(Block.Section section, int level) {
    page.element("h" + Math.min(level, DEEPEST_HEADING), section.heading()).newline();
    section.blocks().forEach(block -> add(block, level + 1));
  }

  private void add(Block block, int level) {
    if (block instanceof Block.Section section) {
      page.open("section").newline();
      addSection(section, level);
      page.close().newline();
    } else if (block instanceof Block.Paragraph paragraph) {
      page.open("p", "class", paragraph.mark().word());
      addMarked(paragraph.mark(), paragraph.text());
      page.close().newline();
    } else if (block instanceof Block.Preformatted preformatted) {
      page.preformatted(String.join("\n", preformatted.lines()));
    } else if (block instanceof Table table) {
      addTable(table, "table");
    } else if (block instanceof BarChart chart) {
      addChart(chart);
    } else if (block instanceof Matrix matrix) {
      addMatrix(matrix);
    } else {
      throw new IllegalArgumentException("not HTML yet: " + block.getClass());
    }
  }

  /** A sign for the eye, the word for who hears the page, and the text. */
  private void addMarked(Mark mark, String text) {
    if (!mark.sign().isEmpty()) {
      page.element("span", mark.sign(), "class", "sign", "aria-hidden", "true");
      page.element("span", mark.word() + ": ", "class", "spoken");
    }
    page.text(text);
  }

  private void addTable(Table table, String style) {
    String label = table.caption().isEmpty() ? "Table" : Printable.of(table.caption());
    page.open("div", "class", "wide", "role", "region", "tabindex", "0", "aria-label", label);
    page.newline().open("table", "class", style);
    if (!table.caption().isEmpty()) {
      page.element("caption", table.caption());
    }
    page.newline().open("thead").open("tr");
    for (Column column : table.columns()) {
      page.open("th", "scope", "col", "class", side(column));
      page.element("span", column.heading()).close();
    }
    page.close().close().newline().open("tbody");
    for (List<Cell> row : table.rows()) {
      addRow(table, row);
    }
    page.close().close().close().newline();
  }

  private void addRow(Table table, List<Cell> row) {
    page.newline().open("tr");
    for (int index = 0; index < row.size(); index++) {
      Cell cell = row.get(index);
      String style = side(table.columns().get(index)) + " " + cell.mark().word();
      if (index == 0) {
        page.open("th", "scope", "row", "class", style);
      } else {
        page.open("td", "class", style);
      }
      addMarked(cell.mark(), cell.text());
      page.close();
    }
    page.close();
  }

  private static String side(Column column) {
    return column.align() == Align.RIGHT ? "right" : "left";
  }

  /** The figures, open; the script that draws the chart above them closes them. */
  private void addChart(BarChart chart) {
    String title = chart.caption() + (chart.axis().isEmpty() ? "" : ", " + chart.axis());
    page.open("figure", "class", "chart").newline().element("figcaption", title).newline();
    String number = Integer.toString(charts++);
    page.open("div", "class", "plot", "data-chart", number).close().newline();
    page.open("details", "open", "").element("summary", "Figures").newline();
    addTable(chart.figures(), "table");
    page.close().close().newline();
  }

  private void addMatrix(Matrix matrix) {
    boolean many = matrix.columns().size() > COLUMNS_SIDE_BY_SIDE;
    addTable(matrix.table(), many ? "matrix upright" : "matrix");
    if (matrix.marks().isEmpty()) {
      return;
    }
    page.open("p", "class", "legend");
    for (Mark mark : matrix.marks()) {
      page.open("span", "class", mark.name().toLowerCase(Locale.ROOT));
      page.element("span", mark.sign(), "class", "sign", "aria-hidden", "true");
      page.text(mark.word()).close().text(" ");
    }
    page.close().newline();
  }
}
