package org.fdboxfs.policy.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with what a scenario leaves, under each of several policies. The scenario is
 * played once under its own policy; what it leaves is then put to all of them, so that they judge
 * the same. Every question is asked of a state in which no other was asked before.
 *
 * @param objects in the order of their paths
 */
public record Comparison(List<String> actors, List<ObjectAnswers> objects) {
  /** Steps that are played at most, over all questions. */
  static final long MOST_STEPS = 2_000_000;

  /**
   * Everything that is asked about one node.
   *
   * @param path from the root of the mount
   * @param kind word for what it is, such as {@code box} or {@code memfd}
   */
  public record ObjectAnswers(String path, String kind, List<Ask> asks, List<Row> rows) {}

  /**
   * What one actor is told.
   *
   * @param answers for each of the asks, by policy
   */
  public record Row(String actor, List<List<Answer>> answers) {}

  /**
   * What a policy answers.
   *
   * @param reason rule and reason of a refusal; empty when it is none
   */
  public record Answer(Verdict verdict, String reason) {
    /** What it means to whoever asks, compared with another answer. */
    public Change since(Answer before) {
      if (verdict.isOk() == before.verdict.isOk()) {
        return Objects.equals(verdict, before.verdict) ? Change.NONE : Change.ERRNO;
      }
      return verdict.isOk() ? Change.GAIN : Change.LOSS;
    }
  }

  /** How an answer differs from that of another policy. */
  public enum Change {
    NONE,
    /** Both refuse, in different words. */
    ERRNO,
    GAIN,
    LOSS
  }

  /**
   * Plays a scenario and asks.
   *
   * @param own the policy that the scenario is meant for
   * @throws ScenarioFailedException its setup does not succeed, or there would be too much to ask
   */
  public static Comparison of(Scenario scenario, PolicySettings own, List<PolicySettings> policies)
      throws ScenarioFailedException {
    Simulation left = played(scenario, own);
    List<Node> nodes = new ArrayList<>();
    collect(left.registry().root(), nodes);
    nodes.sort(Comparator.comparing(Node::path));
    requireBearable(scenario, nodes, policies.size());
    Questions questions = new Questions(scenario, own, policies);
    List<ObjectAnswers> objects = new ArrayList<>();
    for (Node node : nodes) {
      objects.add(questions.about(node));
    }
    return new Comparison(scenario.actors().stream().map(Actor::name).toList(), objects);
  }

  /** Whether all policies answer everything alike, in the same words. */
  public boolean isEven() {
    return objects.stream()
        .flatMap(object -> object.rows().stream())
        .flatMap(row -> row.answers().stream())
        .allMatch(
            answers ->
                answers.stream().allMatch(answer -> answer.since(answers.get(0)) == Change.NONE));
  }

  private static void collect(Node node, List<Node> into) {
    into.add(node);
    if (node instanceof Directory directory) {
      directory.children().forEach(child -> collect(child, into));
    }
  }

  private static void requireBearable(Scenario scenario, List<Node> nodes, int policies)
      throws ScenarioFailedException {
    long asks = 0;
    for (Node node : nodes) {
      asks += asksAbout(node).size();
    }
    long steps = 1L + scenario.setup().size() + scenario.steps().size();
    long all = asks * scenario.actors().size() * policies * steps;
    if (all > MOST_STEPS) {
      throw new ScenarioFailedException(
          0,
          "to ask everything would take %d steps, more than %d: fewer actors, steps or models"
              .formatted(all, MOST_STEPS));
    }
  }

  private static List<Ask> asksAbout(Node node) {
    return List.of(Ask.values()).stream().filter(ask -> ask.fits(node)).toList();
  }

  private static Simulation played(Scenario scenario, PolicySettings own)
      throws ScenarioFailedException {
    Simulation simulation = new Simulation(scenario, own);
    simulation.setUp();
    scenario.steps().forEach(simulation::run);
    return simulation;
  }

  /** Asks, each time in the state that the scenario left. */
  private static final class Questions {
    private final Scenario scenario;
    private final PolicySettings own;
    private final List<PolicySettings> policies;
    private @Nullable Simulation untouched;

    Questions(Scenario scenario, PolicySettings own, List<PolicySettings> policies) {
      this.scenario = scenario;
      this.own = own;
      this.policies = policies;
    }

    ObjectAnswers about(Node node) throws ScenarioFailedException {
      List<Ask> asks = asksAbout(node);
      List<Row> rows = new ArrayList<>();
      for (Actor actor : scenario.actors()) {
        List<List<Answer>> answers = new ArrayList<>();
        for (Ask ask : asks) {
          List<Answer> each = new ArrayList<>();
          for (PolicySettings policy : policies) {
            each.add(answer(Ask.pathOf(node), actor.name(), ask, policy));
          }
          answers.add(each);
        }
        rows.add(new Row(actor.name(), answers));
      }
      String kind = node instanceof Entry entry ? entry.kind().label() : word(node);
      return new ObjectAnswers(node.path(), kind, asks, rows);
    }

    private static String word(Node node) {
      return node instanceof Box ? "box" : node.parent() == null ? "mount" : "directory";
    }

    private Answer answer(String path, String actor, Ask ask, PolicySettings policy)
        throws ScenarioFailedException {
      Simulation simulation = untouched == null ? played(scenario, own) : untouched;
      Node node = Objects.requireNonNull(simulation.at(path), path);
      simulation.judgeBy(policy);
      Outcome outcome = ask.play(simulation, actor, node);
      // A refusal changes nothing, but for a put, before which something was made.
      untouched = outcome.verdict().isOk() || ask == Ask.PUT ? null : simulation;
      return new Answer(outcome.verdict(), simulation.reason());
    }
  }
}
