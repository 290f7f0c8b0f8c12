package org.fdboxfs.policy.config;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;

/** What is wrong with an expression, from what the library says, in the words of policy files. */
final class CelProblems {
  private static final int LONGEST_MESSAGE = 200;

  /** What the checker says of a name or function that it does not know. */
  private static final Pattern UNDECLARED =
      Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);

  /** A name, and all that follows it with dots. */
  private static final Pattern CHAIN = Pattern.compile("\\w+((?:\\s*\\.\\s*\\w+)*)");

  /** Says nothing to who reads one expression: an offset, and at that in the tree. */
  private static final Pattern WHERE = Pattern.compile("^evaluation error at [^ ]*: ");

  /** What the parser and the checker say, and what is said instead. */
  private static final Map<Pattern, String> PLAINER = plainer();

  private CelProblems() {}

  private static Map<Pattern, String> plainer() {
    Map<String, String> plainer = new LinkedHashMap<>();
    plainer.put(
        "found no matching overload for '_\\[_\\]' applied to '\\((.*)\\)'.*",
        "'[]' does not go with ($1)");
    plainer.put(
        "found no matching overload for '(?:@|_)?([^'_]+)_?' applied to '\\((.*)\\)'.*",
        "'$1' does not go with ($2)");
    plainer.put(
        "found no matching overload for '(.*)' applied to '(.*)' .*", "'$1' does not go with $2");
    plainer.put("(?:mismatched|extraneous) input '<EOF>'.*", "ends where something is missing");
    plainer.put("(?:mismatched|extraneous) input ('.*') expecting.*", "unexpected $1");
    plainer.put("(missing '.*') at '<EOF>'", "$1 at the end");
    plainer.put("no viable alternative at input ('.*')", "unexpected $1");
    plainer.put("token recognition error at: ('.*')", "unexpected $1");
    plainer.put(
        "Expression recursion limit exceeded. limit: (\\d+)", "is nested deeper than $1 levels");
    plainer.put(
        "expression code point size exceeds limit: size: \\d+, limit (\\d+)",
        "is longer than $1 characters");
    Map<Pattern, String> compiled = new LinkedHashMap<>();
    plainer.forEach((said, plain) -> compiled.put(Pattern.compile(said, Pattern.DOTALL), plain));
    return compiled;
  }

  /** Says what is wrong with a name that is not known. */
  @FunctionalInterface
  interface Unknown {
    /**
     * One line.
     *
     * @param rest of the expression, from the name on
     */
    String reason(String name, String rest);
  }

  static ExpressionException refused(String message) {
    return refused(1, message);
  }

  static ExpressionException refused(int line, String message) {
    return new ExpressionException(List.of(new Problem(line, message)));
  }

  static Problem of(CelIssue issue, String expression, Unknown unknown) {
    CelSourceLocation at = issue.getSourceLocation();
    Matcher undeclared = UNDECLARED.matcher(issue.getMessage());
    String message =
        undeclared.matches()
            ? unknown.reason(undeclared.group(1), rest(expression, at))
            : plain(issue.getMessage());
    return new Problem(Math.max(1, at.getLine()), Words.oneLine(message, LONGEST_MESSAGE));
  }

  private static String plain(String said) {
    for (Map.Entry<Pattern, String> each : PLAINER.entrySet()) {
      Matcher matcher = each.getKey().matcher(said);
      if (matcher.matches()) {
        return matcher.replaceFirst(each.getValue());
      }
    }
    return said;
  }

  /** The expression from where an issue is, empty when that is nowhere. */
  private static String rest(String expression, CelSourceLocation at) {
    List<String> lines = expression.lines().toList();
    if (at.getLine() < 1 || at.getLine() > lines.size()) {
      return "";
    }
    String line = lines.get(at.getLine() - 1);
    int from = Math.min(Math.max(0, at.getColumn()), line.length());
    return line.substring(from);
  }

  /** Of a name that is no {@link Variable}. */
  static String unknownVariable(String name, String rest) {
    if (rest.startsWith("(")) {
      return "unknown function " + Words.quoted(name);
    }
    if (Variable.fieldsOf(name).isEmpty()) {
      return Words.unknown("name", name, Variable.ALL.keySet());
    }
    Matcher chain = CHAIN.matcher(rest);
    String known = name;
    if (chain.lookingAt()) {
      for (String word : chain.group(1).strip().split("\\s*\\.\\s*", -1)) {
        List<String> fields = Variable.fieldsOf(known);
        if (!word.isEmpty() && !fields.contains(word)) {
          return Words.unknown(known + " field", word, fields);
        }
        known += word.isEmpty() ? "" : "." + word;
      }
    }
    return known + " needs a field (known: " + String.join(", ", Variable.fieldsOf(known)) + ")";
  }

  /** What our own look-ups and functions say is wrapped by the library in words of its own. */
  static String reason(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownFact unknown) {
        return String.valueOf(unknown.getMessage());
      }
    }
    String message = WHERE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    return Words.oneLine(message, LONGEST_MESSAGE);
  }
}
