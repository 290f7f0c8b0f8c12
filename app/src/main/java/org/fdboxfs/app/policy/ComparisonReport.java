package org.fdboxfs.app.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdboxfs.policy.experiment.Ask;
import org.fdboxfs.policy.experiment.Comparison;
import org.fdboxfs.policy.experiment.Comparison.Answer;
import org.fdboxfs.policy.experiment.Comparison.Change;
import org.fdboxfs.policy.experiment.Comparison.ObjectAnswers;
import org.fdboxfs.policy.experiment.Comparison.Row;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.report.Balance;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Content;
import org.fdboxfs.report.Mark;
import org.fdboxfs.report.Matrix;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.Table;

/** A comparison of models to look at: first who gains and who loses, then every answer. */
final class ComparisonReport {
  private final List<String> models;
  private final Comparison comparison;

  private ComparisonReport(List<String> models, Comparison comparison) {
    this.models = models;
    this.comparison = comparison;
  }

  /**
   * Makes the report.
   *
   * @param own the model under which the scenario was played
   */
  static Report of(Scenario scenario, String own, List<String> models, Comparison comparison) {
    ComparisonReport report = new ComparisonReport(models, comparison);
    return Report.of(
        scenario.title(),
        page -> {
          if (!scenario.about().isEmpty()) {
            page.paragraph(scenario.about());
          }
          page.paragraph(
              "Played under %s, then asked under %s. Gains and losses are against %s."
                  .formatted(own, String.join(", ", models), models.get(0)));
          if (comparison.isEven()) {
            page.paragraph("They answer everything alike.");
          } else {
            page.section("Who gains and who loses", report::overview);
          }
          comparison.objects().forEach(object -> report.add(page, object));
          report.reasons(page);
        });
  }

  /** Gains and losses of an actor in an operation, over all objects. */
  private record Sum(int gains, int losses, int words, int asked) {
    static final Sum NOTHING = new Sum(0, 0, 0, 0);

    static Sum of(Change change) {
      return new Sum(
          change == Change.GAIN ? 1 : 0,
          change == Change.LOSS ? 1 : 0,
          change == Change.ERRNO ? 1 : 0,
          1);
    }

    Sum plus(Sum other) {
      return new Sum(
          gains + other.gains, losses + other.losses, words + other.words, asked + other.asked);
    }

    boolean isEven() {
      return gains == 0 && losses == 0 && words == 0;
    }

    Cell cell() {
      if (asked == 0) {
        return Cell.of("");
      }
      if (gains > 0 && losses > 0) {
        return Mark.CHANGED.on("+" + gains + " -" + losses);
      }
      if (gains > 0) {
        return Mark.GAIN.on("+" + gains);
      }
      if (losses > 0) {
        return Mark.LOSS.on("-" + losses);
      }
      return words > 0 ? Mark.CHANGED.on("errno") : Mark.SAME.on("");
    }
  }

  private void overview(Content content) {
    if (models.size() > 2) { // the matrix of a single one is picture enough
      content.chart(picture());
    }
    Set<Ask> alike = new TreeSet<>(asks());
    List<Ask> asked = alike.stream().filter(this::differs).toList();
    alike.removeAll(asked);
    for (int model = 1; model < models.size(); model++) {
      addMatrix(content, asked, model);
    }
    if (!alike.isEmpty()) {
      content.paragraph("No difference in " + words(alike) + ".");
    }
  }

  /** Everybody under every model, to be seen at one glance. */
  private Balance picture() {
    Balance.Builder picture =
        Balance.builder("Operations on objects that are lost and gained against " + models.get(0));
    for (int model = 1; model < models.size(); model++) {
      for (String actor : comparison.actors()) {
        Sum sum = total(balances(actor, model).values());
        picture.row(models.get(model), actor, sum.losses(), sum.gains());
      }
    }
    return picture.build();
  }

  private static Sum total(Collection<Sum> sums) {
    return sums.stream().reduce(Sum.NOTHING, Sum::plus);
  }

  private void addMatrix(Content content, List<Ask> asked, int model) {
    Matrix.Builder matrix =
        Matrix.builder(
            models.get(model) + " against " + models.get(0) + ": objects gained and lost",
            "actor",
            asked.stream().map(Ask::label).toList());
    Sum all = Sum.NOTHING;
    for (String actor : comparison.actors()) {
      Map<Ask, Sum> balances = balances(actor, model);
      all = all.plus(total(balances.values()));
      matrix.row(
          actor,
          asked.stream().map(ask -> balances.getOrDefault(ask, Sum.NOTHING).cell()).toList());
    }
    content.paragraph(
        "Under %s, %d things are granted that %s refuses, and %d refused that it grants."
            .formatted(models.get(model), all.gains(), models.get(0), all.losses()));
    content.matrix(matrix.build());
  }

  private static String words(Set<Ask> asks) {
    return asks.stream().map(Ask::label).collect(Collectors.joining(", "));
  }

  private boolean differs(Ask ask) {
    return comparison.actors().stream()
        .anyMatch(
            actor ->
                IntStream.range(1, models.size())
                    .mapToObj(model -> balances(actor, model).get(ask))
                    .anyMatch(balance -> balance != null && !balance.isEven()));
  }

  private List<Ask> asks() {
    return comparison.objects().stream().flatMap(object -> object.asks().stream()).toList();
  }

  private Map<Ask, Sum> balances(String actor, int model) {
    Map<Ask, Sum> balances = new EnumMap<>(Ask.class);
    for (ObjectAnswers object : comparison.objects()) {
      for (Row row : object.rows()) {
        for (int i = 0; row.actor().equals(actor) && i < object.asks().size(); i++) {
          List<Answer> answers = row.answers().get(i);
          Sum change = Sum.of(answers.get(model).since(answers.get(0)));
          balances.merge(object.asks().get(i), change, Sum::plus);
        }
      }
    }
    return balances;
  }

  private void add(Content page, ObjectAnswers object) {
    page.section(
        object.path() + " (" + object.kind() + ")",
        section -> {
          Matrix.Builder matrix =
              Matrix.builder("", "actor, model", object.asks().stream().map(Ask::label).toList());
          for (Row row : object.rows()) {
            for (int model = 0; model < models.size(); model++) {
              matrix.row(row.actor() + ", " + models.get(model), cells(row, model));
            }
          }
          section.matrix(matrix.build());
        });
  }

  private static List<Cell> cells(Row row, int model) {
    List<Cell> cells = new ArrayList<>();
    for (List<Answer> answers : row.answers()) {
      Answer answer = answers.get(model);
      String text = answer.verdict().label();
      cells.add(
          switch (answer.since(answers.get(0))) {
            case GAIN -> Mark.GAIN.on(text);
            case LOSS -> Mark.LOSS.on(text);
            case ERRNO -> Mark.CHANGED.on(text);
            case NONE -> Cell.of(text);
          });
    }
    return cells;
  }

  /** Which rule makes each difference. */
  private void reasons(Content page) {
    Table.Builder table =
        Table.builder("").left("object").left("actor").left("operation").left("model").left("says");
    int differences = 0;
    for (ObjectAnswers object : comparison.objects()) {
      for (Row row : object.rows()) {
        for (int i = 0; i < object.asks().size(); i++) {
          List<Answer> answers = row.answers().get(i);
          if (answers.stream().allMatch(each -> each.verdict().equals(answers.get(0).verdict()))) {
            continue;
          }
          differences++;
          for (int model = 0; model < models.size(); model++) {
            boolean first = model == 0;
            Answer answer = answers.get(model);
            String says =
                answer.verdict().label()
                    + (answer.reason().isEmpty() ? "" : ", " + answer.reason());
            table.row(
                Arrays.asList(
                    Cell.of(first ? object.path() : ""),
                    Cell.of(first ? row.actor() : ""),
                    Cell.of(first ? object.asks().get(i).label() : ""),
                    Cell.of(models.get(model)),
                    Cell.of(says)));
          }
        }
      }
    }
    if (differences > 0) {
      page.section("Why they differ", section -> section.table(table.build()));
    }
  }
}
