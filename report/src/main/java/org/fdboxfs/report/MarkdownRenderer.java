package org.fdboxfs.report;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fdboxfs.report.Table.Align;
import org.fdboxfs.report.Table.Column;

/** Makes Markdown, as GitHub reads it, of a report. */
public final class MarkdownRenderer {
  private static final int DEEPEST_HEADING = 6;
  private static final int SHORTEST_FENCE = 3;
  private static final Pattern SPECIAL =
      Pattern.compile("[\\\\`*_\\[\\]<>|~&$]|:(?=//)|(?<=www)\\.");
  private static final Pattern LIST_OR_HEADING = Pattern.compile("^(\\d*)([-#+=.)])");
  private static final Pattern BACKTICKS = Pattern.compile("`+");

  /** The text, with a line end after the last line. */
  public String render(Report report) {
    StringBuilder out = new StringBuilder();
    out.append("# ").append(escaped(report.title())).append('\n');
    report.blocks().forEach(block -> add(out, block, 2));
    return out.toString();
  }

  private static void add(StringBuilder out, Block block, int level) {
    out.append('\n');
    if (block instanceof Block.Section section) {
      out.append("#".repeat(Math.min(level, DEEPEST_HEADING))).append(' ');
      out.append(escaped(section.heading())).append('\n');
      section.blocks().forEach(each -> add(out, each, level + 1));
    } else if (block instanceof Block.Paragraph paragraph) {
      String text = paragraph.mark().on(words(paragraph)).behind(paragraph.mark().sign());
      out.append(LIST_OR_HEADING.matcher(text).replaceFirst("$1\\\\$2")).append('\n');
    } else if (block instanceof Block.Preformatted preformatted) {
      addPreformatted(out, preformatted);
    } else if (block instanceof Table table) {
      addTable(out, table);
    } else if (block instanceof Chart chart) {
      addCaption(out, chart.title());
      addTable(out, chart.figures());
    } else if (block instanceof Matrix matrix) {
      addTable(out, matrix.table());
      addLegend(out, matrix);
    } else {
      throw new IllegalArgumentException("not Markdown yet: " + block.getClass());
    }
  }

  private static String words(Block.Paragraph paragraph) {
    String lead = paragraph.lead().isEmpty() ? "" : "**" + escaped(paragraph.lead()) + "** ";
    return (lead + escaped(paragraph.text())).strip();
  }

  private static void addPreformatted(StringBuilder out, Block.Preformatted preformatted) {
    String text = String.join("\n", preformatted.lines());
    int longest =
        BACKTICKS.matcher(text).results().mapToInt(run -> run.end() - run.start()).max().orElse(0);
    String fence = "`".repeat(Math.max(SHORTEST_FENCE, longest + 1));
    out.append(fence).append("text\n").append(text).append('\n').append(fence).append('\n');
  }

  private static void addCaption(StringBuilder out, String caption) {
    if (!caption.isEmpty()) {
      out.append("**").append(escaped(caption)).append("**\n\n");
    }
  }

  private static void addTable(StringBuilder out, Table table) {
    addCaption(out, table.caption());
    addRow(out, table.columns().stream().map(column -> escaped(column.heading())).toList());
    addRow(out, table.columns().stream().map(MarkdownRenderer::delimiter).toList());
    for (List<Cell> row : table.rows()) {
      addRow(out, row.stream().map(MarkdownRenderer::text).toList());
    }
  }

  private static String delimiter(Column column) {
    return column.align() == Align.RIGHT ? "--:" : "---";
  }

  private static String text(Cell cell) {
    return new Cell(escaped(cell.text()), cell.mark()).behind(cell.mark().sign());
  }

  private static void addRow(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static void addLegend(StringBuilder out, Matrix matrix) {
    String legend =
        matrix.marks().stream()
            .map(mark -> mark.sign() + " " + mark.word())
            .collect(Collectors.joining(", "));
    if (!legend.isEmpty()) {
      // Otherwise what begins with a sign of equality might become a heading of the line before.
      out.append("\nSigns: ").append(legend).append('\n');
    }
  }

  /** The text as nothing but text: no markup, no HTML, no link. */
  private static String escaped(String text) {
    return SPECIAL.matcher(Printable.of(text)).replaceAll(found -> quoted(found.group()));
  }

  private static String quoted(String special) {
    return Matcher.quoteReplacement("\\" + special);
  }
}
