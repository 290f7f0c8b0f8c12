package org.fdboxfs.report;

import java.util.List;
import java.util.Locale;
import org.fdboxfs.report.Table.Align;
import org.fdboxfs.report.Table.Column;

/** Writes the blocks of a report into its page. */
final class HtmlBlocks {
  private static final int DEEPEST_HEADING = 6;
  private static final int COLUMNS_SIDE_BY_SIDE = 6;
  private static final int NESTED_WORTH_CONTENTS = 6;

  private final Markup page;
  private int charts;

  HtmlBlocks(Markup page) {
    this.page = page;
  }

  /**
   * Links to sections, where there are so many that one looks for them.
   *
   * @param anchor that of what they are sections of
   * @param worth how many are
   */
  void addContents(List<Block> blocks, String anchor, int worth) {
    List<Block> sections = blocks.stream().filter(Block.Section.class::isInstance).toList();
    if (sections.size() < worth) {
      return;
    }
    page.open("nav", "aria-label", "Contents").open("ul");
    for (int index = 0; index < sections.size(); index++) {
      String heading = ((Block.Section) sections.get(index)).heading();
      page.open("li").element("a", heading, "href", "#" + anchor(anchor, index)).close();
    }
    page.close().close().newline();
  }

  private static String anchor(String parent, int index) {
    return parent + "-" + (index + 1);
  }

  /**
   * Blocks, and sections under headings.
   *
   * @param level of those headings
   * @param anchor that of what they are sections of
   */
  void addAll(List<Block> blocks, int level, String anchor) {
    int sections = 0;
    for (Block block : blocks) {
      if (block instanceof Block.Section section) {
        if (sections == 0 && level > 2) {
          addContents(blocks, anchor, NESTED_WORTH_CONTENTS);
        }
        page.open("section", "id", anchor(anchor, sections)).newline();
        page.element("h" + Math.min(level, DEEPEST_HEADING), section.heading()).newline();
        addAll(section.blocks(), level + 1, anchor(anchor, sections));
        page.close().newline();
        sections++;
      } else {
        add(block);
      }
    }
  }

  private void add(Block block) {
    if (block instanceof Block.Paragraph paragraph) {
      page.open("p", "class", paragraph.mark().word());
      addSign(paragraph.mark());
      if (!paragraph.lead().isEmpty()) {
        page.element("strong", paragraph.lead()).text(" ");
      }
      page.text(paragraph.text());
      page.close().newline();
    } else if (block instanceof Block.Preformatted preformatted) {
      page.preformatted(String.join("\n", preformatted.lines()));
    } else if (block instanceof Table table) {
      addTable(table, "table");
    } else if (block instanceof Chart chart) {
      addChart(chart);
    } else if (block instanceof Matrix matrix) {
      addMatrix(matrix);
    } else {
      throw new IllegalArgumentException("not HTML yet: " + block.getClass());
    }
  }

  /** A sign for the eye, and the word for who hears the page. */
  private void addSign(Mark mark) {
    if (!mark.sign().isEmpty()) {
      page.element("span", mark.sign(), "class", "sign", "aria-hidden", "true");
      page.element("span", mark.word() + ": ", "class", "spoken");
    }
  }

  private void addTable(Table table, String style) {
    String label = table.caption().isEmpty() ? "Table" : Printable.of(table.caption());
    page.open("div", "class", "wide", "role", "region", "tabindex", "0", "aria-label", label);
    page.newline().open("table", "class", style);
    if (!table.caption().isEmpty()) {
      page.open("caption").element("span", table.caption()).close();
    }
    addHeadings(table.columns());
    page.newline().open("tbody");
    int alike = 0;
    for (int row = 0; row < table.rows().size(); row++) {
      boolean first = alike == 0;
      alike = first ? alike(table.rows(), row) : alike;
      addRow(table, table.rows().get(row), first ? alike : 0);
      alike--;
    }
    page.close().close().close().newline();
  }

  private void addHeadings(List<Column> columns) {
    if (columns.stream().allMatch(column -> column.heading().isEmpty())) {
      return;
    }
    page.newline().open("thead").open("tr");
    for (Column column : columns) {
      page.open("th", "scope", "col", "class", side(column));
      page.element("span", column.heading()).close();
    }
    page.close().close();
  }

  /** How many rows, this one included, are about the same. */
  private static int alike(List<List<Cell>> rows, int row) {
    Cell about = rows.get(row).get(0);
    int end = row + 1;
    while (end < rows.size() && !about.text().isEmpty() && rows.get(end).get(0).equals(about)) {
      end++;
    }
    return end - row;
  }

  /**
   * A row.
   *
   * @param rows how many its heading is for; 0 when an earlier heading is
   */
  private void addRow(Table table, List<Cell> row, int rows) {
    page.newline().open("tr");
    for (int index = rows == 0 ? 1 : 0; index < row.size(); index++) {
      Cell cell = row.get(index);
      String style = side(table.columns().get(index)) + " " + cell.mark().word();
      if (index > 0) {
        page.open("td", "class", style);
      } else if (rows == 1) {
        page.open("th", "scope", "row", "class", style);
      } else {
        page.open("th", "scope", "row", "class", style, "rowspan", Integer.toString(rows));
      }
      addSign(cell.mark());
      page.text(cell.text()).close();
    }
    page.close();
  }

  private static String side(Column column) {
    return column.align() == Align.RIGHT ? "right" : "left";
  }

  /** The figures, open; the script that draws the chart above them closes them. */
  private void addChart(Chart chart) {
    page.open("figure", "class", "chart").newline().element("figcaption", chart.title()).newline();
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
