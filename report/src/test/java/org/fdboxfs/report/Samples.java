package org.fdboxfs.report;

import java.util.List;
import org.fdboxfs.report.BarChart.Bar;

/** Reports to render. */
final class Samples {
  /** Names that a user may give an entry, and that mean something to what shows them. */
  static final List<String> HOSTILE =
      List.of(
          "</script><b>",
          "<img src=x onerror=alert(1)>",
          "<!-- -->",
          "]]></style><script>alert(1)</script>",
          "\"><svg onload=alert(1)>",
          "' onclick='alert(1)",
          "a|b",
          "`x` **y** [z](http://example.org) www.example.org",
          "&lt;b&gt;",
          "\033[31mred\033]0;title\007",
          "two\nlines\r\n# heading",
          "\u202egnp.exe",
          "\u0085\u2028\u200b",
          "\\| $x$ ~~y~~");

  private Samples() {}

  /** One of each block. */
  static Report ordinary() {
    return Report.of(
        "Two policies over the same day",
        page ->
            page.paragraph("40,000 requests of\n12 users, seed 7.")
                .paragraph(Mark.BAD, "Two invariants do not hold.")
                .section("Refusals", section -> section.table(table()))
                .section(
                    "Waiting",
                    section ->
                        section
                            .paragraph(Mark.NONE, "Median:", "of 20 runs.")
                            .chart(chart())
                            .chart(grouped())
                            .chart(balance()))
                .section(
                    "Differences",
                    section ->
                        section
                            .matrix(matrix())
                            .section(
                                "How it was run",
                                inner -> inner.preformatted("$ fdboxfs policy compare\n\tdone"))));
  }

  static Table table() {
    return Table.builder("Refusals by operation")
        .left("operation")
        .right("before")
        .right("after")
        .left("why")
        .row(Cell.of("open"), Cell.of(12), Mark.GOOD.on("3"), Cell.of("one rule less counts opens"))
        .row(Cell.of("put"), Cell.of(0), Mark.BAD.on("9"), Cell.of("the quota of the box is full"))
        .row(Cell.of("take"), Cell.of(7), Mark.MUTED.on("7"), Cell.of(""))
        .build();
  }

  static BarChart chart() {
    return BarChart.builder("Wait for a claim", "ms")
        .logarithmic()
        .bar("before", 4.1, new Spread(1.2, 300))
        .bar("after", 2.0, new Spread(1.1, 6.5))
        .bar("never", 0)
        .build();
  }

  static BarChart grouped() {
    return BarChart.builder("Refusals", "")
        .bar(new Bar("open", "before", 12, null))
        .bar(new Bar("open", "after", 3, null))
        .bar(new Bar("put of a descriptor that somebody else holds too", "before", 1, null))
        .bar(new Bar("put of a descriptor that somebody else holds too", "after", 9, null))
        .build();
  }

  static Balance balance() {
    return Balance.builder("Granted and refused")
        .row("strict", "alice", 8, 0)
        .row("strict", "bob", 4, 1)
        .row("lax", "alice", 0, 0)
        .build();
  }

  /** A section with so many in it that one looks for them. */
  static Report nested() {
    return Report.of(
        "Many questions",
        page ->
            page.section(
                "Questions",
                section -> {
                  section.paragraph("Of many.");
                  for (int number = 1; number <= 6; number++) {
                    section.section("Question " + number, each -> each.paragraph("Answer."));
                  }
                }));
  }

  static Matrix matrix() {
    List<String> operations =
        List.of("open for reading", "open for writing", "put", "take", "remove", "rename", "seal");
    return Matrix.builder("Who may now do what", "user", operations)
        .row("alice", cells(Mark.SAME, Mark.GAIN, Mark.SAME))
        .row("bob", cells(Mark.LOSS, Mark.SAME, Mark.GAIN))
        .build();
  }

  private static List<Cell> cells(Mark first, Mark second, Mark rest) {
    Cell more = rest.on("yes");
    return List.of(first.on("EBUSY"), second.on("yes"), more, more, more, more, more);
  }

  /** A hostile text wherever a text can be. */
  static Report hostile(String text) {
    Cell cell = Mark.CHANGED.on(text);
    return Report.of(
        text,
        page ->
            page.paragraph(text)
                .paragraph(Mark.NONE, text, text)
                .preformatted(text)
                .table(Table.builder(text).left(text).right(text).row(cell, cell).build())
                .chart(
                    BarChart.builder(text, text)
                        .spreadName(text)
                        .bar(new Bar(text, text, 1, new Spread(0.5, 2)))
                        .build())
                .chart(Balance.builder(text).row(text, text, 2, 1).build())
                .matrix(Matrix.builder(text, text, List.of(text)).row(text, cell).build())
                .section(text, one -> one.paragraph(Mark.GAIN, text))
                .section(text, two -> two.paragraph(text))
                .section(text, three -> three.section(text, inner -> inner.paragraph(text))));
  }
}
