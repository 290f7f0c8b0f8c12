package org.fdboxfs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlRendererTest {
  /** Where a browser would fetch something, or go somewhere on its own. */
  private static final Set<String> ADDRESSES =
      Set.of("src", "srcset", "href", "action", "data", "poster", "formaction", "background");

  private static Document page(Report report) {
    return Jsoup.parse(new HtmlRenderer().render(report));
  }

  @Test
  void everyBlockIsOnThePage() {
    Document page = page(Samples.ordinary());
    assertThat(page.title()).isEqualTo("Two policies over the same day");
    assertThat(page.select("h1").text()).isEqualTo("Two policies over the same day");
    assertThat(page.select("h2").eachText()).containsExactly("Refusals", "Waiting", "Differences");
    assertThat(page.select("h3").eachText()).containsExactly("How it was run");
    assertThat(page.expectFirst("main > p").text())
        .isEqualTo("40,000 requests of 12 users, seed 7.");
    assertThat(page.expectFirst("pre").wholeText()).isEqualTo("$ fdboxfs policy compare\n    done");
    Element table = page.expectFirst("table");
    assertThat(table.select("caption").text()).isEqualTo("Refusals by operation");
    assertThat(table.select("thead th").eachText())
        .containsExactly("operation", "before", "after", "why");
    assertThat(table.select("tbody tr").get(1).select("th, td").eachText())
        .containsExactly("put", "0", "\u2717bad: 9", "the quota of the box is full");
  }

  @Test
  void thePageIsWellFormed() {
    Parser strict = Parser.htmlParser().setTrackErrors(50);
    strict.parseInput(new HtmlRenderer().render(Samples.ordinary()), "");
    assertThat(strict.getErrors()).isEmpty();
  }

  @Test
  void aMarkIsSeenHeardAndColoured() {
    Element cell = page(Samples.ordinary()).expectFirst("td.bad");
    assertThat(cell.select(".sign").text()).isEqualTo("\u2717");
    assertThat(cell.select(".sign").attr("aria-hidden")).isEqualTo("true");
    assertThat(cell.select(".spoken").text()).isEqualTo("bad:");
  }

  @Test
  void theFiguresOfAChartAreThereWithoutAScript() {
    Element figure = page(Samples.ordinary()).expectFirst("figure");
    assertThat(figure.select("figcaption").text()).isEqualTo("Wait for a claim, ms (logarithmic)");
    assertThat(figure.select("details").hasAttr("open")).isTrue();
    assertThat(figure.expectFirst("tbody tr").select("th, td").eachText())
        .containsExactly("before", "4.1", "1.2 to 300");
  }

  @Test
  void theDataOfTheChartsIsJson() {
    JsonArray charts =
        JsonParser.parseString(page(Samples.ordinary()).expectFirst("#chart-data").data())
            .getAsJsonArray();
    assertThat(charts).hasSize(3);
    assertThat(charts.get(0).getAsJsonObject().get("scale").getAsString()).isEqualTo("logarithmic");
    assertThat(charts.get(0).getAsJsonObject().get("origin").getAsDouble()).isEqualTo(1);
  }

  @Test
  void aBalanceIsDrawnFromItsFigures() {
    Document page = page(Samples.ordinary());
    Element figure = page.select("figure").get(2);
    assertThat(figure.select("figcaption").text()).isEqualTo("Granted and refused");
    assertThat(figure.select("tbody tr").get(1).select("td").eachText())
        .containsExactly("bob", "\u25bcloss: 4", "\u25b2gain: 1");
    String data = page.expectFirst("#chart-data").data();
    assertThat(JsonParser.parseString(data).getAsJsonArray().get(2).toString())
        .startsWith("{\"title\":\"Granted and refused\",\"largest\":8,\"balance\":[{")
        .contains("{\"group\":\"strict\",\"label\":\"bob\",\"losses\":4,\"gains\":1}");
  }

  @Test
  void aHeadingOfSeveralRowsStandsOnce() {
    Element table = page(Samples.ordinary()).select("figure").get(1).expectFirst("table");
    assertThat(table.select("tbody th").eachText())
        .containsExactly("open", "put of a descriptor that somebody else holds too");
    assertThat(table.select("tbody th").eachAttr("rowspan")).containsExactly("2", "2");
    assertThat(table.select("tbody tr").get(1).select("td").eachText())
        .containsExactly("after", "3");
  }

  @Test
  void aTableWithoutHeadingsHasNoRowForThem() {
    Table table = Table.builder("").left("").right("").row(Cell.of("a"), Cell.of(1)).build();
    assertThat(page(Report.of("x", page -> page.table(table))).select("thead")).isEmpty();
  }

  @Test
  void theFirstWordsOfAParagraphStandOut() {
    Element paragraph = page(Samples.ordinary()).expectFirst("section p");
    assertThat(paragraph.select("strong").text()).isEqualTo("Median:");
    assertThat(paragraph.text()).isEqualTo("Median: of 20 runs.");
  }

  /**
   * A browser is no part of the tests: these are the lines that were missing when one showed it.
   */
  @Test
  void theStyleKeepsThePageAsWideAsTheScreenAndPaperWhite() {
    String style = page(Samples.ordinary()).expectFirst("style").data();
    assertThat(style)
        .as("what is only heard is within what scrolls")
        .containsPattern("\\.wide \\{ position: relative;")
        .as("dark is for screens")
        .contains("@media screen and (prefers-color-scheme: dark)")
        .doesNotContain("@media (prefers-color-scheme: dark)");
  }

  @Test
  void theLibraryIsInThePageWithItsLicence() {
    Document page = page(Samples.ordinary());
    assertThat(page.select("script").get(1).data()).startsWith("// https://d3js.org");
    assertThat(page.select("footer").text())
        .contains("D3")
        .contains("Mike Bostock")
        .contains("Permission to use, copy, modify");
  }

  @Test
  void aPageWithoutChartsHasNoScript() {
    Document page = page(Report.of("Plain", content -> content.table(Samples.table())));
    assertThat(page.select("script, footer")).isEmpty();
    assertThat(policy(page)).doesNotContain("script-src");
  }

  @Test
  void thePolicyAllowsTheScriptsAndTheStyleOfThePageAndNothingElse() {
    Document page = page(Samples.ordinary());
    Stream<String> scripts = page.select("script:not([type])").stream().map(Element::data);
    String allowed = scripts.map(Resources::hash).collect(Collectors.joining(" "));
    assertThat(policy(page))
        .isEqualTo(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src "
                + Resources.hash(page.expectFirst("style").data())
                + "; script-src "
                + allowed);
  }

  private static String policy(Document page) {
    return page.select("meta[http-equiv=Content-Security-Policy]").attr("content");
  }

  @Test
  void thePageAsksNobodyForAnything() {
    Document page = page(Samples.ordinary());
    assertThat(page.select("link, iframe, object, embed, img, base, form")).isEmpty();
    assertThat(addresses(page)).allMatch(address -> address.startsWith("#"));
    assertThat(page.expectFirst("style").data()).doesNotContain("url(", "@import");
  }

  private static List<String> addresses(Document page) {
    return page.getAllElements().stream()
        .flatMap(element -> element.attributes().asList().stream())
        .filter(attribute -> ADDRESSES.contains(attribute.getKey()))
        .map(Attribute::getValue)
        .toList();
  }

  @Test
  void aLongSectionHasContentsOfItsOwn() {
    Document page = page(Samples.nested());
    assertThat(page.select("main > nav")).isEmpty();
    assertThat(page.select("nav a")).hasSize(6);
    assertThat(page.select("section > p + nav")).as("after what is said first").hasSize(1);
    page.select("nav a")
        .forEach(
            link ->
                assertThat(page.expectFirst(link.attr("href")).select("h3").text())
                    .isEqualTo(link.text()));
  }

  @Test
  void aLinkOfTheContentsLeadsToItsSection() {
    Document page = page(Samples.ordinary());
    assertThat(page.select("nav a")).hasSize(3);
    page.select("nav a")
        .forEach(
            link -> {
              Element section = page.expectFirst("section" + link.attr("href"));
              assertThat(section.select("h2").text()).isEqualTo(link.text());
            });
  }

  static List<String> hostile() {
    return Samples.HOSTILE;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aTextOfAnybodyIsNothingButText(String text) {
    Document hostile = page(Samples.hostile(text));
    Document harmless = page(Samples.hostile("x"));
    assertThat(shape(hostile)).isEqualTo(shape(harmless));
    String shown = Printable.of(text);
    assertThat(hostile.title()).isEqualTo(shown.strip());
    assertThat(hostile.expectFirst("h1").wholeText()).isEqualTo(shown);
    assertThat(hostile.expectFirst("tbody td").wholeText()).isEqualTo("\u2260changed: " + shown);
    assertThat(hostile.expectFirst("div.wide").attr("aria-label")).isEqualTo(shown);
    String data = hostile.expectFirst("#chart-data").data();
    JsonArray charts = JsonParser.parseString(data).getAsJsonArray();
    assertThat(charts.get(0).getAsJsonObject().get("title").getAsString()).isEqualTo(shown);
  }

  /** All elements with the names of their attributes, in order. */
  private static List<String> shape(Document page) {
    return page.getAllElements().stream()
        .map(
            element ->
                element.tagName()
                    + element.attributes().asList().stream().map(Attribute::getKey).toList())
        .toList();
  }

  @Test
  void aScriptThatWouldEndEarlyIsRefused() {
    assertThatThrownBy(() -> new Markup().verbatim("script", "'</SCRIPT>'"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsLeftOpenIsNoPage() {
    assertThatThrownBy(() -> new Markup().open("p").page())
        .isInstanceOf(IllegalStateException.class);
  }
}
