package org.fdboxfs.report;

import java.util.List;

/** A part of a report. */
public sealed interface Block
    permits Block.Section, Block.Paragraph, Block.Preformatted, Table, Chart, Matrix {
  /** Blocks under a heading. */
  record Section(String heading, List<Block> blocks) implements Block {
    /** Copies the list. */
    public Section {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * Text that is wrapped; runs of white space in it, line ends too, count as one blank.
   *
   * @param lead its first words, which stand out; empty for none
   */
  record Paragraph(String lead, String text, Mark mark) implements Block {
    /** Leaves single blanks. */
    public Paragraph {
      lead = single(lead);
      text = single(text);
    }

    private static String single(String text) {
      return text.strip().replaceAll("\\s+", " ");
    }

    /** All its words. */
    String all() {
      return lead.isEmpty() ? text : lead + " " + text;
    }
  }

  /** Lines that stay as they are, such as output of a command. */
  record Preformatted(String text) implements Block {
    /** Leaves out what ends the last line. */
    public Preformatted {
      text = text.stripTrailing();
    }

    /** The lines, without anything that would move the cursor. */
    List<String> lines() {
      return text.lines().map(line -> Printable.of(line.replace("\t", "    "))).toList();
    }
  }
}
