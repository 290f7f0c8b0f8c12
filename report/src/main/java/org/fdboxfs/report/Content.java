package org.fdboxfs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Takes down what a report or one of its sections consists of. */
public final class Content {
  private final List<Block> blocks = new ArrayList<>();

  private Content() {}

  static List<Block> writtenBy(Consumer<Content> writer) {
    Content content = new Content();
    writer.accept(content);
    return content.blocks;
  }

  /** Adds a block. */
  public Content add(Block block) {
    blocks.add(block);
    return this;
  }

  /** Adds text; runs of white space in it, line ends too, count as one blank. */
  public Content paragraph(String text) {
    return paragraph(Mark.NONE, text);
  }

  /** Adds text that stands out. */
  public Content paragraph(Mark mark, String text) {
    return paragraph(mark, "", text);
  }

  /** Adds text whose first words stand out. */
  public Content paragraph(Mark mark, String lead, String text) {
    return add(new Block.Paragraph(lead, text, mark));
  }

  /** Adds lines that stay as they are. */
  public Content preformatted(String text) {
    return add(new Block.Preformatted(text));
  }

  /** Adds a table. */
  public Content table(Table table) {
    return add(table);
  }

  /** Adds a chart. */
  public Content chart(Chart chart) {
    return add(chart);
  }

  /** Adds a matrix. */
  public Content matrix(Matrix matrix) {
    return add(matrix);
  }

  /** Adds a part under a heading of its own; sections nest. */
  public Content section(String heading, Consumer<Content> writer) {
    return add(new Block.Section(heading, writtenBy(writer)));
  }
}
