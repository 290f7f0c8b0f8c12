package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fdboxfs.policy.experiment.Arguments;
import org.fdboxfs.policy.experiment.Expectation;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.fdboxfs.policy.experiment.Step;
import org.fdboxfs.policy.experiment.Verb;
import org.fdboxfs.policy.experiment.Verdict;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code setup:} and {@code steps:}; one reader for both, since ids and names span them. */
final class StepReader {
  private static final int LONGEST_SHELL = 4096;
  private static final int LONGEST_SHOWS = 4096;
  private static final List<String> COMMON =
      List.of("id", "actor", "do", "on", "expect", "shows", "shell");
  private static final List<String> KEYS =
      Stream.concat(
              COMMON.stream(),
              Arrays.stream(Verb.values()).flatMap(verb -> verb.keys().stream()).distinct())
          .toList();
  private static final List<String> VERBS = Arrays.stream(Verb.values()).map(Verb::label).toList();

  private static final List<String> VERDICTS =
      Stream.concat(
              Stream.of(Verdict.OK.label(), Verdict.NOT_OFFERED.label()),
              RuleReader.ERRNOS.stream())
          .toList();

  /** The two words for one thing: of a descriptor that goes in, of one that is used. */
  private static final Set<String> HANDLES = Set.of("handle", "fd");

  private final Problems problems;
  private final Values values;
  private final ScenarioValues scenarioValues;
  private final ArgumentsReader arguments;
  private final Set<String> actors;
  private final Set<String> ids = new LinkedHashSet<>();

  /** What each actor has given names to so far, in the order of the file. */
  private final Map<String, Set<String>> names = new HashMap<>();

  /**
   * @param actors those that there are; empty when that is not known
   */
  StepReader(Problems problems, Values values, ScenarioValues scenarioValues, Set<String> actors) {
    this.problems = problems;
    this.values = values;
    this.scenarioValues = scenarioValues;
    this.arguments = new ArgumentsReader(values, scenarioValues);
    this.actors = actors;
  }

  /**
   * Reads a list of steps.
   *
   * @param section {@code setup} or {@code steps}
   * @param prefix of the ids that are made
   */
  List<Step> read(Node node, String section, String prefix, int most) {
    List<Node> nodes = values.list(node, "'" + section + "'");
    if (nodes.size() > most) {
      problems.add(nodes.get(most), "more than " + most + " steps");
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Fields fields = Fields.of(nodes.get(i), "a step", "key", KEYS, problems);
      Step step = fields == null ? null : step(fields, prefix + (i + 1));
      if (step != null) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** The ids of all steps, also of those that are not valid, in the order of the file. */
  Set<String> ids() {
    return Collections.unmodifiableSet(ids);
  }

  private @Nullable Step step(Fields fields, String otherId) {
    String id = id(fields, otherId);
    String actor = actor(fields);
    Verb verb = verb(fields);
    if (actor == null || verb == null) {
      forgive(fields, actor);
      return null;
    }
    checkKeys(fields, verb);
    Arguments given = arguments.read(fields);
    checkHandle(fields, given, actor);
    Step step =
        new Step(
            fields.line(),
            id,
            actor,
            verb,
            given,
            on(fields.get("on")),
            new Expectation(expect(fields.get("expect")), texts(fields, "shows", LONGEST_SHOWS)),
            texts(fields, "shell", LONGEST_SHELL));
    remember(fields, step);
    return step;
  }

  private String id(Fields fields, String otherwise) {
    Node node = fields.get("id");
    String id = node == null ? otherwise : scenarioValues.name(node, "'id'");
    if (id != null && !ids.add(id)) {
      problems.add(
          node == null ? fields.line() : Problems.lineOf(node), "duplicate id '" + id + "'");
    }
    return id == null ? otherwise : id;
  }

  private @Nullable String actor(Fields fields) {
    Node node = fields.get("actor");
    if (node == null) {
      problems.add(fields.line(), "a step needs 'actor'");
      return null;
    }
    String name = values.text(node, "'actor'");
    if (name != null && !actors.isEmpty() && !actors.contains(name)) {
      problems.add(node, Words.unknown("actor", name, actors));
      return null;
    }
    return name;
  }

  private @Nullable Verb verb(Fields fields) {
    Node node = fields.get("do");
    if (node == null) {
      problems.add(fields.line(), "a step needs 'do'");
      return null;
    }
    return values.choice(node, "verb", Verb::byLabel, VERBS);
  }

  private void checkKeys(Fields fields, Verb verb) {
    for (Map.Entry<String, Node> each : fields.values().entrySet()) {
      String key = each.getKey();
      boolean handle = HANDLES.contains(key) && HANDLES.stream().anyMatch(verb.keys()::contains);
      if (!COMMON.contains(key) && !verb.keys().contains(key) && !handle) {
        problems.add(each.getValue(), "'" + verb.label() + "' takes no '" + key + "'");
      }
    }
    for (String key : verb.required()) {
      boolean there = HANDLES.contains(key) ? hasHandle(fields) : fields.has(key);
      if (!there) {
        problems.add(fields.line(), "'" + verb.label() + "' needs '" + key + "'");
      }
    }
    boolean either = verb.keys().contains("handle") && verb.keys().contains("path");
    if (either && hasHandle(fields) == fields.has("path")) {
      problems.add(fields.line(), "'" + verb.label() + "' needs one of 'handle' and 'path'");
    }
    if (verb == Verb.CHOWN && !fields.has("uid") && !fields.has("gid")) {
      problems.add(fields.line(), "'chown' needs 'uid' or 'gid'");
    }
  }

  private static boolean hasHandle(Fields fields) {
    return HANDLES.stream().anyMatch(fields::has);
  }

  private void checkHandle(Fields fields, Arguments given, String actor) {
    String handle = given.handle();
    Set<String> known = names.getOrDefault(actor, Set.of());
    Node node = fields.has("fd") ? fields.get("fd") : fields.get("handle");
    if (fields.has("fd") && fields.has("handle")) {
      problems.add(fields.line(), "'fd' and 'handle' are one thing: give one of them");
    } else if (node != null && handle != null && !known.contains(handle)) {
      String closest = Words.closest(handle, known);
      problems.add(
          node,
          "actor '"
              + actor
              + "' has nothing named '"
              + handle
              + "' here"
              + (closest == null ? "" : " (did you mean '" + closest + "'?)"));
    }
  }

  private void remember(Fields fields, Step step) {
    Set<String> known = names.computeIfAbsent(step.actor(), any -> new HashSet<>());
    if (step.verb() == Verb.EXIT) {
      known.clear();
    }
    for (String name : step.names()) {
      if (!known.add(name)) {
        problems.add(fields.line(), "actor '" + step.actor() + "' has a '" + name + "' already");
      }
    }
  }

  /** What a bad step would have made is not missed later: one mistake is one problem. */
  private void forgive(Fields fields, @Nullable String actor) {
    Node as = fields.get("as");
    if (actor != null && as instanceof ScalarNode scalar) {
      names.computeIfAbsent(actor, any -> new HashSet<>()).add(scalar.getValue());
    }
  }

  private Set<FrontEnd> on(@Nullable Node node) {
    if (node == null || Values.isEmptyList(node)) {
      if (node != null) {
        problems.add(node, "'on' is an empty list");
      }
      return EnumSet.allOf(FrontEnd.class);
    }
    Set<FrontEnd> chosen = EnumSet.noneOf(FrontEnd.class);
    for (Node each : node instanceof SequenceNode list ? list.getValue() : List.of(node)) {
      FrontEnd frontEnd =
          values.choice(each, "front end", FrontEnd::byLabel, ScenarioValues.FRONT_ENDS);
      if (frontEnd != null) {
        chosen.add(frontEnd);
      }
    }
    return chosen;
  }

  private Map<FrontEnd, Verdict> expect(@Nullable Node node) {
    Map<FrontEnd, Verdict> verdicts = new EnumMap<>(FrontEnd.class);
    if (node == null) {
      return verdicts;
    }
    Map<String, Node> each = scenarioValues.byFrontEnd(node, "'expect'");
    if (each == null) {
      Verdict verdict = verdict(node);
      for (FrontEnd frontEnd : verdict == null ? new FrontEnd[0] : FrontEnd.values()) {
        verdicts.put(frontEnd, verdict);
      }
      return verdicts;
    }
    each.forEach(
        (label, of) -> {
          Verdict verdict = verdict(of);
          if (verdict != null) {
            FrontEnd.byLabel(label).ifPresent(frontEnd -> verdicts.put(frontEnd, verdict));
          }
        });
    return verdicts;
  }

  private @Nullable Verdict verdict(Node node) {
    return values.choice(node, "outcome", Verdict::byLabel, VERDICTS);
  }

  private Map<FrontEnd, String> texts(Fields fields, String key, int longest) {
    Node node = fields.get(key);
    return node == null ? Map.of() : FrontEndTexts.read(node, key, longest, scenarioValues);
  }
}
