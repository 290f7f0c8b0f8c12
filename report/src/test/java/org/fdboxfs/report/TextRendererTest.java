package org.fdboxfs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextRendererTest {
  private static final String ESCAPE = "\033";

  private static List<String> lines(Report report, int width) {
    return new TextRenderer(width, false).render(report).lines().toList();
  }

  private static List<String> lines(Block block, int width) {
    List<String> lines = lines(new Report("x", List.of(block)), width);
    return lines.subList(3, lines.size());
  }

  @Test
  void headingsAreUnderlined() {
    assertThat(lines(Samples.ordinary(), 80))
        .containsSequence("Two policies over the same day", "==============================", "")
        .containsSequence("Refusals", "--------", "")
        .containsSequence("How it was run", "~~~~~~~~~~~~~~", "", "$ fdboxfs policy compare");
  }

  @Test
  void aTableHasItsSignsWithoutColour() {
    assertThat(lines(Samples.table(), 80))
        .containsExactly(
            "Refusals by operation",
            "operation  before  after  why",
            "open           12    + 3  one rule less counts opens",
            "put             0    ! 9  the quota of the box is full",
            "take            7      7");
  }

  @Test
  void aWideTableIsWrappedInItsColumns() {
    assertThat(lines(Samples.table(), 45))
        .containsExactly(
            "Refusals by operation",
            "operation  before  after  why",
            "open           12    + 3  one rule less",
            "                          counts opens",
            "put             0    ! 9  the quota of the",
            "                          box is full",
            "take            7      7");
  }

  @Test
  void aSignStaysWithItsTextAndWordsAreCutLast() {
    Table table =
        Table.builder("")
            .left("name")
            .left("errno")
            .left("why")
            .row(
                Cell.of("a-name-of-thirty-characters-xx"),
                Mark.BAD.on("EOPNOTSUPP"),
                Cell.of("kinds of that sort are not enabled"))
            .build();
    assertThat(lines(table, 60))
        .containsExactly(
            "name                            errno         why",
            "a-name-of-thirty-characters-xx  ! EOPNOTSUPP  kinds of that",
            "                                              sort are not",
            "                                              enabled");
  }

  @Test
  void aTableOfManyColumnsBecomesBlocks() {
    assertThat(lines(Samples.table(), 25))
        .startsWith(
            "Refusals by operation",
            "operatio  open",
            "n",
            "before    12",
            "after     + 3",
            "why       one rule less",
            "          counts opens",
            "",
            "operatio  put");
  }

  @Test
  void aWordWiderThanItsColumnIsCutAndNotLost() {
    String name = "a-name-of-an-entry-that-is-much-longer-than-the-terminal-is-wide";
    Table table = Table.builder("").left("n").left("m").row(Cell.of(name), Cell.of("x")).build();
    List<String> lines = lines(table, 40);
    assertThat(lines).allMatch(line -> Columns.width(line) <= 40).hasSizeGreaterThan(2);
    String joined = String.join("", lines.subList(1, lines.size()));
    assertThat(joined.replaceAll("[ x]", "")).isEqualTo(name.replace("x", ""));
  }

  @Test
  void wideCharactersTakeTwoColumns() {
    Table table =
        Table.builder("")
            .left("name")
            .left("kind")
            .row(Cell.of("\u8a18\u61b6"), Cell.of("memfd"))
            .row(Cell.of("e\u0301"), Cell.of("pipe"))
            .build();
    assertThat(lines(table, 40))
        .containsExactly("name  kind", "\u8a18\u61b6  memfd", "e\u0301     pipe");
  }

  @Test
  void barsAreAsLongAsTheirValues() {
    BarChart chart =
        BarChart.builder("Opens", "per s")
            .bar("a", 100)
            .bar("b", 50, new Spread(20, 75))
            .bar("none", 0)
            .build();
    assertThat(lines(chart, 41))
        .containsExactly(
            "Opens, per s",
            "a     ####################  100",
            "b     ##########----|       50 (20 to 75)",
            "none                        0",
            "in parentheses: p10 to p90");
  }

  @Test
  void aLogarithmicBarIsAsLongAsItsPowerOfTen() {
    BarChart chart =
        BarChart.builder("x", "").logarithmic().bar("a", 10).bar("b", 1000).bar("c", 0).build();
    List<String> lines = lines(chart, 20);
    assertThat(lines.get(1)).isEqualTo("a  ####         10");
    assertThat(lines.get(2)).isEqualTo("b  ###########  1000");
    assertThat(lines.get(3)).isEqualTo("c               0");
  }

  @Test
  void barsWithoutRoomAreTheirFigures() {
    assertThat(lines(Samples.grouped(), 30)).noneMatch(line -> line.contains("#"));
  }

  @Test
  void aBalanceHasLossesLeftAndGainsRight() {
    assertThat(lines(Samples.balance(), 40))
        .containsExactly(
            "Granted and refused",
            "strict, alice  <<<<<<<<|          -8 +0",
            "strict, bob        <<<<|>         -4 +1",
            "lax, alice             |          -0 +0",
            "",
            "< lost   > gained");
    assertThat(lines(Samples.balance(), 24)).as("figures").noneMatch(line -> line.contains("|"));
  }

  @Test
  void aMatrixIsATableWithALegend() {
    assertThat(lines(Samples.matrix(), 120))
        .contains(
            "user   open for reading  open for writing  put    take   remove  rename  seal",
            "alice  = EBUSY           > yes             = yes  = yes  = yes   = yes   = yes",
            "> gain   < loss   = same");
  }

  @Test
  void aWideMatrixHasNumbersAndComesInParts() {
    List<String> lines = lines(Samples.matrix(), 40);
    assertThat(lines)
        .containsSequence(
            "Who may now do what",
            "user   1        2      3      4",
            "alice  = EBUSY  > yes  = yes  = yes")
        .containsSequence("user   5      6      7", "alice  = yes  = yes  = yes")
        .contains("1  open for reading", "7  seal");
  }

  @Test
  void coloursAreAddedWhenAskedFor() {
    Report report = Report.of("x", page -> page.table(Samples.table()));
    String coloured = new TextRenderer(80, true).render(report);
    assertThat(coloured).contains(ESCAPE + "[31m! 9" + ESCAPE + "[0m");
    assertThat(coloured.replaceAll(ESCAPE + "\\[\\d+m", ""))
        .isEqualTo(new TextRenderer(80, false).render(report));
  }

  static List<String> hostile() {
    return Samples.HOSTILE;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aTextOfAnybodyMovesNoCursor(String text) {
    for (boolean colour : new boolean[] {false, true}) {
      String rendered = new TextRenderer(60, colour).render(Samples.hostile(text));
      String plain = rendered.replaceAll(ESCAPE + "\\[(1|2|3\\d|0)m", "");
      assertThat(plain.lines().toList()).allMatch(line -> line.equals(Printable.of(line)));
    }
  }

  static Stream<Report> reports() {
    return Stream.concat(
        Stream.of(Samples.ordinary()), Samples.HOSTILE.stream().map(Samples::hostile));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 30, 40, 57, 80, 200})
  void noLineIsWiderThanTheTerminal(int width) {
    Stream<Block> noPreformatted =
        reports().flatMap(report -> report.blocks().stream()).filter(TextRendererTest::isWrapped);
    noPreformatted.forEach(
        block ->
            assertThat(lines(block, width))
                .allMatch(line -> Columns.width(line) <= Math.max(20, width)));
  }

  private static boolean isWrapped(Block block) {
    return !(block instanceof Block.Preformatted || block instanceof Block.Section);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noTableIsBroken(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int width = random.nextInt(20, 130);
      Table table = randomTable(random);
      List<String> lines = lines(table, width);
      assertThat(lines)
          .as("round %d, width %d: %s", round, width, table)
          .allMatch(line -> Columns.width(line) <= width)
          .allMatch(line -> line.equals(line.stripTrailing()));
      assertThat(letters(lines)).as("round %d: nothing is lost", round).isEqualTo(letters(table));
    }
  }

  private static Table randomTable(SplittableRandom random) {
    int columns = random.nextInt(1, 9);
    Table.Builder table = Table.builder("");
    for (int column = 0; column < columns; column++) {
      if (random.nextBoolean()) {
        table.left("");
      } else {
        table.right("");
      }
    }
    for (int row = random.nextInt(6); row > 0; row--) {
      table.row(Stream.generate(() -> Cell.of(words(random))).limit(columns).toList());
    }
    return table.build();
  }

  private static String words(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int word = random.nextInt(8); word > 0; word--) {
      text.append("abcdefghijklmnopqrstuvwxyz".repeat(3), 0, random.nextInt(1, 40)).append(' ');
    }
    return text.toString().strip();
  }

  /** How often each letter occurs, for wrapping changes their order across lines. */
  private static List<Integer> letters(List<String> lines) {
    return String.join("", lines).chars().filter(each -> each != ' ').sorted().boxed().toList();
  }

  private static List<Integer> letters(Table table) {
    return letters(table.rows().stream().flatMap(row -> row.stream().map(Cell::text)).toList());
  }
}
