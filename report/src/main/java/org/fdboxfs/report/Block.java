package org.fdboxfs.report;

import java.util.List;

/** A part of a report. */
public sealed interface Block
    permits Block.Section, Block.Paragraph, Block.Preformatted, Table, BarChart, Matrix {
  /** Blocks under a heading. */
  record Section(String heading, List<Block> blocks) implements Block {
    /** Copies the list. */
    public Section {
      blocks = List.copyOf(blocks);
    }
  }

  /** Text that is wrapped; runs of white space in it, line ends too, count as one blank. */
  record Paragraph(String text, Mark mark) implements Block {
    /** Leaves single blanks. */
    public Paragraph {
      text = text.strip().replaceAll("\\s+", " ");
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
