package org.fdboxfs.report;

import java.util.List;
import java.util.function.Consumer;

/** A document: a title and what stands below it, in order. */
public record Report(String title, List<Block> blocks) {
  /** Copies the list. */
  public Report {
    blocks = List.copyOf(blocks);
  }

  /**
   * A report whose content is written by a function.
   *
   * @param writer is called once, before this returns
   */
  public static Report of(String title, Consumer<Content> writer) {
    return new Report(title, Content.writtenBy(writer));
  }
}
