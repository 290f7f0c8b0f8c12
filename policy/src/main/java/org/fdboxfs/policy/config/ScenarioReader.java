package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.policy.experiment.Actor;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Invariant;
import org.fdboxfs.policy.experiment.Scenario;
import org.fdboxfs.policy.experiment.Step;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a scenario file. A file is taken as a whole or not at all. */
public final class ScenarioReader {
  private static final List<String> KEYS =
      List.of(
          "version",
          "title",
          "questions",
          "about",
          "policy",
          "actors",
          "setup",
          "steps",
          "measure",
          "says",
          "better",
          "invariants");
  private static final int LONGEST_TITLE = 100;
  private static final int LONGEST_TEXT = 4096;

  private final Problems problems = new Problems();
  private final Values values = new Values(problems);
  private final ScenarioValues scenarioValues;

  private ScenarioReader(AccountNames names) {
    this.scenarioValues = new ScenarioValues(problems, values, names);
  }

  /**
   * Reads and validates the text of a scenario file. Users and groups that it names are those of
   * this machine, as they are now.
   *
   * @param yaml at most 1 MiB
   * @throws PolicyFormatException with everything that is wrong, when anything is
   */
  public static Scenario read(String yaml) throws PolicyFormatException {
    return read(yaml, AccountNames.OF_THIS_MACHINE);
  }

  static Scenario read(String yaml, AccountNames names) throws PolicyFormatException {
    Optional<Node> root = YamlDocument.read(yaml, "a scenario");
    ScenarioReader reader = new ScenarioReader(names);
    Fields fields = reader.fields(root.orElse(null));
    Scenario scenario = fields == null ? null : reader.scenario(fields);
    reader.problems.throwIfAny();
    return Objects.requireNonNull(scenario, "what is not there is a problem");
  }

  private @Nullable Fields fields(@Nullable Node root) {
    if (root == null) {
      problems.add(1, "the file is empty");
      return null;
    }
    return Fields.of(root, "a scenario", "key", KEYS, problems);
  }

  private Scenario scenario(Fields fields) {
    checkRequired(fields);
    Node policy = fields.get("policy");
    values.checkVersion(fields.get("version"));
    List<Actor> actors = actors(fields.section("actors"));
    Set<String> names = actors.stream().map(Actor::name).collect(Collectors.toSet());
    StepReader reader = new StepReader(problems, values, scenarioValues, names);
    List<Step> setup = steps(reader, fields, "setup", "setup-", Scenario.MOST_STEPS);
    List<Step> steps = steps(reader, fields, "steps", "step-", Scenario.MOST_STEPS - setup.size());
    return new Scenario(
        text(fields, "title", LONGEST_TITLE),
        questions(fields.section("questions")),
        about(fields.section("about")),
        fields.has("policy") ? text(fields, "policy", LONGEST_TEXT) : null,
        policy == null ? 0 : Problems.lineOf(policy),
        actors,
        setup,
        steps,
        measure(fields.get("measure"), steps, reader.ids()),
        says(fields.section("says")),
        better(fields.get("better")),
        invariants(fields.section("invariants")));
  }

  private void checkRequired(Fields fields) {
    for (String key : List.of("version", "title", "actors", "steps")) {
      if (!fields.has(key)) {
        problems.add(fields.line(), "a scenario needs '" + key + "'");
      }
    }
  }

  private String text(Fields fields, String key, int longest) {
    Node node = fields.get(key);
    String text = node == null ? null : scenarioValues.line(node, "'" + key + "'", longest);
    return text == null ? "" : text;
  }

  private String about(@Nullable Node node) {
    String text = node == null ? null : scenarioValues.text(node, "'about'", LONGEST_TEXT);
    return text == null ? "" : text.strip();
  }

  private List<Integer> questions(@Nullable Node node) {
    Set<Integer> questions = new LinkedHashSet<>();
    for (Node each : node == null ? List.<Node>of() : values.list(node, "'questions'")) {
      Integer number = values.count(each, "'questions'");
      if (number != null && number > Scenario.QUESTIONS) {
        problems.add(each, "'questions' are numbered from 1 to " + Scenario.QUESTIONS);
      } else if (number != null && !questions.add(number)) {
        problems.add(each, "duplicate question " + number);
      }
    }
    return new ArrayList<>(questions);
  }

  private List<Actor> actors(@Nullable Node node) {
    return node == null ? List.of() : new ActorReader(problems, values, scenarioValues).read(node);
  }

  private List<Step> steps(
      StepReader reader, Fields fields, String section, String prefix, int most) {
    Node node = fields.section(section);
    List<Step> steps = node == null ? List.of() : reader.read(node, section, prefix, most);
    boolean nothing = fields.has(section) && (node == null || Values.isEmptyList(node));
    if (section.equals("steps") && nothing) {
      problems.add(fields.line(), "'steps' has none");
    }
    return steps;
  }

  private String measure(@Nullable Node node, List<Step> steps, Set<String> ids) {
    String otherwise = steps.isEmpty() ? "" : steps.get(steps.size() - 1).id();
    String id = node == null ? null : values.text(node, "'measure'");
    if (node == null || id == null) {
      return otherwise;
    }
    if (!ids.contains(id)) {
      problems.add(node, Words.unknown("step", id, ids));
    }
    return id;
  }

  private Map<FrontEnd, String> says(@Nullable Node node) {
    return node == null ? Map.of() : FrontEndTexts.read(node, "says", LONGEST_TEXT, scenarioValues);
  }

  private @Nullable FrontEnd better(@Nullable Node node) {
    return node == null
        ? null
        : values.choice(node, "front end", FrontEnd::byLabel, ScenarioValues.FRONT_ENDS);
  }

  private List<Invariant> invariants(@Nullable Node node) {
    List<Invariant> invariants = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Node each : node == null ? List.<Node>of() : values.list(node, "'invariants'")) {
      if (invariants.size() == Scenario.MOST_INVARIANTS) {
        problems.add(each, "more than " + Scenario.MOST_INVARIANTS + " invariants");
        break;
      }
      Fields fields = Fields.of(each, "an invariant", "key", List.of("id", "always"), problems);
      Invariant invariant = fields == null ? null : invariant(fields, invariants.size() + 1);
      if (invariant != null && !ids.add(invariant.id())) {
        problems.add(each, "duplicate id '" + invariant.id() + "'");
      } else if (invariant != null) {
        invariants.add(invariant);
      }
    }
    return invariants;
  }

  private @Nullable Invariant invariant(Fields fields, int number) {
    Node given = fields.get("id");
    Node always = fields.get("always");
    String id = given == null ? "invariant-" + number : scenarioValues.name(given, "'id'");
    if (always == null) {
      problems.add(fields.line(), "an invariant needs 'always'");
      return null;
    }
    String text = scenarioValues.text(always, "'always'", LONGEST_TEXT);
    return id == null || text == null ? null : new Invariant(Problems.lineOf(always), id, text);
  }
}
