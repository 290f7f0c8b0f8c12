/**
 * Reports: a document of values, and what makes text, Markdown or one HTML page of it.
 *
 * <p>A report knows nothing of what it is about. It consists of {@link org.fdboxfs.report.Block}s,
 * all of them immutable, and every text in it may come from anybody: the renderers escape it.
 *
 * <pre>{@code
 * Report report =
 *     Report.of(
 *         "Two policies over the same day",
 *         page ->
 *             page.paragraph("40,000 requests of 12 users, seed 7.")
 *                 .section(
 *                     "Refusals",
 *                     section ->
 *                         section
 *                             .table(
 *                                 Table.builder("Refusals by operation")
 *                                     .left("operation")
 *                                     .right("before")
 *                                     .right("after")
 *                                     .row(Cell.of("open"), Cell.of(12), Mark.GOOD.on("3"))
 *                                     .row(Cell.of("put"), Cell.of(0), Mark.BAD.on("9"))
 *                                     .build())
 *                             .chart(
 *                                 BarChart.builder("Wait for a claim", "ms")
 *                                     .logarithmic()
 *                                     .bar("before", 4.1, new Spread(1.2, 30))
 *                                     .bar("after", 2.0, new Spread(1.1, 6.5))
 *                                     .build())
 *                             .matrix(
 *                                 Matrix.builder("Who may now do what", "user", List.of("open", "put"))
 *                                     .row("alice", Mark.SAME.on("yes"), Mark.GAIN.on("yes"))
 *                                     .row("bob", Mark.LOSS.on("EBUSY"), Mark.SAME.on("no"))
 *                                     .build())));
 * String page = new HtmlRenderer().render(report);
 * String file = new MarkdownRenderer().render(report);
 * String screen = new TextRenderer(80, false).render(report);
 * }</pre>
 */
@NullMarked
package org.fdboxfs.report;

import org.jspecify.annotations.NullMarked;
