package org.fdboxfs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarkdownRendererTest {
  private static List<String> lines(Report report) {
    return new MarkdownRenderer().render(report).lines().toList();
  }

  private static List<String> paragraph(String text) {
    return lines(Report.of("x", page -> page.paragraph(text)));
  }

  @Test
  void everyBlockIsThere() {
    assertThat(lines(Samples.ordinary()))
        .containsSubsequence(
            "# Two policies over the same day",
            "",
            "40,000 requests of 12 users, seed 7.",
            "",
            "\u2717 Two invariants do not hold.",
            "",
            "## Refusals",
            "",
            "**Refusals by operation**",
            "",
            "| operation | before | after | why |",
            "| --- | --: | --: | --- |",
            "| open | 12 | \u2713 3 | one rule less counts opens |",
            "| put | 0 | \u2717 9 | the quota of the box is full |",
            "| take | 7 | 7 |  |",
            "**Median:** of 20 runs.",
            "**Wait for a claim, ms (logarithmic)**",
            "| before | 4.1 | 1.2 to 300 |",
            "**Granted and refused**",
            "|  |  | lost | gained |",
            "| strict | bob | \u25bc 4 | \u25b2 1 |",
            "| alice | = EBUSY | \u25b2 yes | = yes | = yes | = yes | = yes | = yes |",
            "Signs: \u25b2 gain, \u25bc loss, = same",
            "### How it was run",
            "```text",
            "$ fdboxfs policy compare",
            "    done",
            "```");
  }

  @Test
  void whatMarksUpIsEscaped() {
    assertThat(paragraph("a|b *c* _d_ `e` [f](g) <h> &i; $j$ ~k~ \\"))
        .contains("a\\|b \\*c\\* \\_d\\_ \\`e\\` \\[f\\](g) \\<h\\> \\&i; \\$j\\$ \\~k\\~ \\\\");
    assertThat(paragraph("http://example.org or www.example.org, at 12:30"))
        .contains("http\\://example.org or www\\.example.org, at 12:30");
  }

  @Test
  void aParagraphDoesNotBecomeAListOrHeading() {
    assertThat(paragraph("# 1")).contains("\\# 1");
    assertThat(paragraph("- 1")).contains("\\- 1");
    assertThat(paragraph("12. x")).contains("12\\. x");
    assertThat(paragraph("12 x")).contains("12 x");
  }

  @Test
  void aFenceIsLongerThanWhatItFences() {
    assertThat(lines(Report.of("x", page -> page.preformatted("````\nb"))))
        .containsSequence("`````text", "````", "b", "`````");
  }

  static List<String> hostile() {
    return Samples.HOSTILE;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aTextOfAnybodyAddsNoLineAndNoColumn(String text) {
    Report hostile =
        Report.of(text, page -> page.paragraph(text).table(oneRow(text)).paragraph("end"));
    List<String> lines = lines(hostile);
    assertThat(lines).hasSize(11);
    assertThat(lines.get(10)).isEqualTo("end");
    String row = lines.get(8);
    assertThat(row.replaceAll("\\\\[\\\\|]", "").chars().filter(each -> each == '|').count())
        .isEqualTo(3);
    assertThat(lines).noneMatch(line -> line.matches(".*(?<!\\\\)[<`*].*") && !line.contains("**"));
  }

  private static Table oneRow(String text) {
    return Table.builder(text).left("a").left("b").row(Cell.of(text), Cell.of(text)).build();
  }
}
