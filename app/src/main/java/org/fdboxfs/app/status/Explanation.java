package org.fdboxfs.app.status;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Printable;
import org.fdboxfs.report.Table;
import org.fdboxfs.report.TextRenderer;
import org.jspecify.annotations.Nullable;

/**
 * What a mount would decide, and which of its rules says so.
 *
 * @param errno what the caller would get; null when it is permitted
 */
public record Explanation(
    String decision,
    @Nullable String rule,
    @Nullable String errno,
    @Nullable String reason,
    List<Verdict> rules) {
  /** Stands for a rule where the path already rules the request out. */
  private static final String NO_SUCH_REQUEST = "path";

  /** What one rule says. */
  public record Verdict(String id, String verdict) {}

  /** Fills in what was left out. */
  public Explanation {
    rules = rules == null ? List.of() : rules;
  }

  /**
   * From the answer of a mount.
   *
   * @throws IOException when it is no answer
   */
  public static Explanation parse(String json) throws IOException {
    try {
      Explanation answer = new Gson().fromJson(json, Explanation.class);
      if (answer == null || answer.decision == null) {
        throw new IOException("the mount gave no answer");
      }
      return answer;
    } catch (JsonParseException e) {
      throw new IOException("the answer of the mount is not understood", e);
    }
  }

  /** Whether it would be permitted. */
  public boolean permitted() {
    return decision.equals("permit");
  }

  /**
   * The story for people.
   *
   * @param question who wants to do what
   */
  public List<String> story(String question) {
    List<String> lines = new ArrayList<>(List.of(Printable.of(question)));
    if (permitted()) {
      lines.add("  permitted");
    } else if (NO_SUCH_REQUEST.equals(rule)) {
      lines.add("  not possible: " + ErrnoText.of(errno == null ? "no errno given" : errno));
      addTo(lines, "  why:          ", reason);
      return lines;
    } else {
      lines.add("  denied: " + ErrnoText.of(errno == null ? "no errno given" : errno));
      addTo(lines, "  rule:   ", rule);
      addTo(lines, "  why:    ", reason);
    }
    if (!rules.isEmpty()) {
      lines.add("");
      lines.addAll(verdicts());
    }
    return lines;
  }

  private static void addTo(List<String> lines, String label, @Nullable String text) {
    if (text != null) {
      lines.add(label + Printable.of(text));
    }
  }

  private List<String> verdicts() {
    Table.Builder table = Table.builder("").left("RULE").left("SAYS");
    rules.forEach(each -> table.row(Cell.of(each.id()), Cell.of(each.verdict())));
    return TextRenderer.lines(table.build());
  }
}
