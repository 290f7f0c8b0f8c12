package org.fdboxfs.policy.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Single values of a scenario that a policy has not; as {@link Values}, it reports and goes on. */
final class ScenarioValues {
  static final List<String> FRONT_ENDS =
      Arrays.stream(FrontEnd.values()).map(FrontEnd::label).toList();

  /** As in names that end up in file names and in programs: nothing that needs quotes. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");

  /** As useradd(8) takes it. */
  private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}[$]?");

  private static final Pattern OCTAL = Pattern.compile("0?[0-7]{1,4}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");

  /** One less than what chown(2) takes for no change. */
  private static final long GREATEST_ID = 0xFFFF_FFFEL;

  private static final int LONGEST_PATH = 4095;

  private final Problems problems;
  private final Values values;
  private final AccountNames names;

  ScenarioValues(Problems problems, Values values, AccountNames names) {
    this.names = names;
    this.problems = problems;
    this.values = values;
  }

  /** A word that others refer to. */
  @Nullable String name(Node node, String what) {
    String text = values.text(node, what);
    if (text != null && !NAME.matcher(text).matches()) {
      problems.add(
          node, what + " takes letters, digits, '_' and '-', at most 64: " + Words.quoted(text));
      return null;
    }
    return text;
  }

  /** Text on one line. */
  @Nullable String line(Node node, String what, int longest) {
    String text = text(node, what, longest);
    if (text != null && text.strip().indexOf('\n') >= 0) {
      problems.add(node, what + " takes one line");
      return null;
    }
    return text == null ? null : text.strip();
  }

  /** Text of a length. */
  @Nullable String text(Node node, String what, int longest) {
    String text = values.text(node, what);
    if (text != null && text.length() > longest) {
      problems.add(node, what + " is longer than " + longest + " characters");
      return null;
    }
    return text;
  }

  /** A path below the mount, or the dot that is its root. */
  @Nullable String path(Node node, String what) {
    String text = text(node, what, LONGEST_PATH);
    if (text == null || text.equals(".")) {
      return text;
    }
    boolean plain = text.chars().noneMatch(Character::isISOControl);
    for (String part : text.split("/", -1)) {
      plain &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!plain) {
      problems.add(node, what + " takes a path such as box/name, not " + Words.quoted(text));
      return null;
    }
    return text;
  }

  /** A user, by number or name. */
  @Nullable Integer uid(Node node, String what) {
    return id(node, what, "user", names::uid);
  }

  /** A group, by number or name. */
  @Nullable Integer gid(Node node, String what) {
    return id(node, what, "group", names::gid);
  }

  private @Nullable Integer id(
      Node node, String what, String whose, Function<String, OptionalLong> ids) {
    String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
    if (ACCOUNT.matcher(text).matches()) {
      OptionalLong id = ids.apply(text);
      if (id.isEmpty()) {
        problems.add(node, what + ": there is no " + whose + " " + Words.quoted(text));
      }
      return id.isEmpty() ? null : (int) id.getAsLong();
    }
    if (DIGITS.matcher(text).matches() && Long.parseLong(text) <= GREATEST_ID) {
      return (int) Long.parseLong(text);
    }
    problems.add(
        node,
        what
            + " takes a number up to "
            + GREATEST_ID
            + " or the name of a "
            + whose
            + ", not "
            + Values.describe(node));
    return null;
  }

  /** Permission bits, in octal however they are quoted. */
  @Nullable Integer mode(Node node, String what) {
    if (node instanceof ScalarNode scalar && OCTAL.matcher(scalar.getValue()).matches()) {
      return Integer.parseInt(scalar.getValue(), 8);
    }
    problems.add(
        node, what + " takes an octal mode such as \"0700\", not " + Values.describe(node));
    return null;
  }

  /**
   * A value for all front ends or a mapping with one for each.
   *
   * @return null when it is a single value
   */
  @Nullable Map<String, Node> byFrontEnd(Node node, String what) {
    if (!(node instanceof MappingNode)) {
      return null;
    }
    Fields fields = Fields.of(node, what, "front end", FRONT_ENDS, problems);
    return fields == null ? Map.of() : fields.values();
  }
}
