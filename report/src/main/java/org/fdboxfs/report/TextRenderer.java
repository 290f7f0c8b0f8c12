package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes text for a terminal of a report. */
public final class TextRenderer {
  private static final int NARROWEST = 20;
  private static final String UNDERLINES = "=-~";

  private final int width;
  private final Ink ink;

  /**
   * @param width columns of the terminal; less than 20 count as 20
   * @param colour whether marks are shown by colour as well, with the sequences of a terminal
   */
  public TextRenderer(int width, boolean colour) {
    this.width = Math.max(width, NARROWEST);
    this.ink = new Ink(colour);
  }

  /** The text, every line of it ended. Only lines of preformatted text may be wider than asked. */
  public String render(Report report) {
    List<String> lines = new ArrayList<>();
    addHeading(lines, report.title(), 0);
    addAll(lines, report.blocks(), 1);
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  /** A table by itself, whose lines are as wide as what is in them, for scripts as well. */
  public static List<String> lines(Table table) {
    return new TextGrid(table, new Ink(false)).lines(Integer.MAX_VALUE);
  }

  /** Lines of printable text of at most a width, broken at blanks; a word that is wider is cut. */
  public static List<String> wrapped(String text, int width) {
    return Columns.wrapped(text, width);
  }

  private void addHeading(List<String> lines, String heading, int depth) {
    List<String> wrapped = Columns.wrapped(Printable.of(heading), width);
    int widest = wrapped.stream().mapToInt(Columns::width).max().orElse(0);
    char underline = UNDERLINES.charAt(Math.min(depth, UNDERLINES.length() - 1));
    wrapped.forEach(line -> lines.add(ink.strong(line)));
    lines.add(Character.toString(underline).repeat(widest));
  }

  private void addAll(List<String> lines, List<Block> blocks, int depth) {
    for (Block block : blocks) {
      lines.add("");
      if (block instanceof Block.Section section) {
        addHeading(lines, section.heading(), depth);
        addAll(lines, section.blocks(), depth + 1);
      } else {
        lines.addAll(lines(block));
      }
    }
  }

  private List<String> lines(Block block) {
    if (block instanceof Block.Paragraph paragraph) {
      Mark mark = paragraph.mark();
      String text = mark.on(Printable.of(paragraph.all())).behind(mark.ascii());
      return Columns.wrapped(text, width).stream().map(line -> ink.marked(mark, line)).toList();
    } else if (block instanceof Block.Preformatted preformatted) {
      return preformatted.lines();
    } else if (block instanceof Table table) {
      return captioned(table.caption(), new TextGrid(table, ink).lines(width));
    } else if (block instanceof BarChart chart) {
      return captioned(chart.title(), TextBars.lines(chart, width));
    } else if (block instanceof Balance balance) {
      return captioned(balance.title(), TextBalance.lines(balance, ink, width));
    } else if (block instanceof Matrix matrix) {
      return captioned(matrix.caption(), TextMatrix.lines(matrix, ink, width));
    }
    throw new IllegalArgumentException("not text yet: " + block.getClass());
  }

  private List<String> captioned(String caption, List<String> body) {
    if (caption.isEmpty()) {
      return body;
    }
    List<String> lines = new ArrayList<>();
    Columns.wrapped(Printable.of(caption), width).forEach(line -> lines.add(ink.strong(line)));
    lines.addAll(body);
    return lines;
  }
}
