package org.fdboxfs.policy.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.rule.Glob;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Single values of the file. Each method reports a value that it cannot take and then returns null
 * (of lists: empty): the reader goes on, and the file is refused at its end.
 */
final class Values {
  private static final Pattern WHOLE = Pattern.compile("([+-]?)([0-9]++)");
  private static final Pattern SIZE = Pattern.compile("([0-9]++) ?([A-Za-z]*+)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("B", 1L),
          Map.entry("kB", 1_000L),
          Map.entry("KB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("PB", 1_000_000_000_000_000L),
          Map.entry("EB", 1_000_000_000_000_000_000L),
          Map.entry("KiB", 1L << 10),
          Map.entry("MiB", 1L << 20),
          Map.entry("GiB", 1L << 30),
          Map.entry("TiB", 1L << 40),
          Map.entry("PiB", 1L << 50),
          Map.entry("EiB", 1L << 60));
  private static final String VERSION = "1";
  private static final String UNLIMITED = "unlimited";

  /** As PATH_MAX; matching takes time in proportion to it. */
  private static final int LONGEST_PATTERN = 4096;

  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  /** What the user sees where a value is of the wrong type. */
  static String describe(Node node) {
    if (node instanceof ScalarNode scalar) {
      return isNothing(node) ? "nothing" : Words.quoted(scalar.getValue());
    }
    return node instanceof SequenceNode ? "a list" : "a mapping";
  }

  static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static boolean isEmptyList(Node node) {
    return node instanceof SequenceNode sequence && sequence.getValue().isEmpty();
  }

  /** That of the format; nothing said is the only one that there is. */
  void checkVersion(@Nullable Node node) {
    if (node == null) {
      return;
    }
    if (!(node instanceof ScalarNode scalar)
        || !scalar.isPlain()
        || !scalar.getValue().equals(VERSION)) {
      problems.add(node, "'version' must be " + VERSION + ", not " + Values.describe(node));
    }
  }

  /** Text as it stands in the file, also where YAML would take it for a number. */
  @Nullable String text(Node node, String what) {
    if (!(node instanceof ScalarNode scalar) || isNothing(node)) {
      problems.add(node, what + " takes text, not " + describe(node));
      return null;
    }
    if (scalar.getValue().isBlank()) {
      problems.add(node, what + " is empty");
      return null;
    }
    return scalar.getValue();
  }

  @Nullable Boolean bool(Node node, String what) {
    if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.BOOL)) {
      return Boolean.valueOf(scalar.getValue());
    }
    problems.add(node, what + " takes true or false, not " + describe(node));
    return null;
  }

  /** A limit on claims: 1 or more, or the word for none. */
  @Nullable Integer limit(Node node, String what) {
    if (node instanceof ScalarNode scalar && scalar.getValue().equals(UNLIMITED)) {
      return PolicySettings.UNLIMITED;
    }
    return count(node, what, "a whole number or '" + UNLIMITED + "'");
  }

  /** A number of things, 1 or more. */
  @Nullable Integer count(Node node, String what) {
    return count(node, what, "a whole number");
  }

  private @Nullable Integer count(Node node, String what, String wanted) {
    if (!(node instanceof ScalarNode scalar) || !scalar.isPlain()) {
      problems.add(node, what + " takes " + wanted + ", not " + describe(node));
      return null;
    }
    Matcher whole = WHOLE.matcher(scalar.getValue());
    if (!whole.matches()) {
      problems.add(node, what + " takes " + wanted + ", not " + describe(node));
    } else if (whole.group(1).equals("-")) {
      problems.add(node, what + " must be at least 1, not " + describe(node));
    } else {
      return boundedCount(node, what, whole.group(2));
    }
    return null;
  }

  private @Nullable Integer boundedCount(Node node, String what, String digits) {
    try {
      int count = Integer.parseInt(digits);
      if (count > 0) {
        return count;
      }
      problems.add(node, what + " must be at least 1, not " + describe(node));
    } catch (NumberFormatException e) {
      problems.add(node, what + " is too large: at most " + Integer.MAX_VALUE);
    }
    return null;
  }

  /** A size in bytes, with or without a unit; 0 is one too. */
  @Nullable Long size(Node node, String what) {
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(node, what + " takes a size such as 512MiB, not " + describe(node));
      return null;
    }
    Matcher size = SIZE.matcher(scalar.getValue());
    Long unit = size.matches() ? UNITS.get(size.group(2)) : null;
    if (unit == null) {
      problems.add(node, what + " takes a size such as 512MiB, not " + describe(node));
      return null;
    }
    try {
      return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    } catch (NumberFormatException | ArithmeticException e) {
      problems.add(node, what + " is too large: at most " + Long.MAX_VALUE + " bytes");
      return null;
    }
  }

  /** A pattern for paths that never start with a slash. */
  @Nullable Glob pattern(Node node, String what) {
    String text = text(node, what);
    if (text == null) {
      return null;
    }
    if (text.startsWith("/")) {
      problems.add(node, what + " takes a path inside the box, which has no slash at its start");
      return null;
    }
    if (text.length() > LONGEST_PATTERN) {
      problems.add(node, what + " is longer than any path: " + LONGEST_PATTERN + " characters");
      return null;
    }
    try {
      return Glob.of(text);
    } catch (IllegalArgumentException e) {
      problems.add(node, what + ": " + Words.oneLine(String.valueOf(e.getMessage()), 200));
      return null;
    }
  }

  /** One of a set of words. */
  <T> @Nullable T choice(
      Node node, String noun, Function<String, Optional<T>> byLabel, Collection<String> labels) {
    if (!(node instanceof ScalarNode scalar) || isNothing(node)) {
      problems.add(node, "expected " + article(noun) + ", not " + describe(node));
      return null;
    }
    Optional<T> chosen = byLabel.apply(scalar.getValue());
    if (chosen.isEmpty()) {
      problems.add(node, Words.unknown(noun, scalar.getValue(), labels));
    }
    return chosen.orElse(null);
  }

  private static String article(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  List<Node> list(Node node, String what) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problems.add(node, what + " takes a list, not " + describe(node));
    return List.of();
  }
}
