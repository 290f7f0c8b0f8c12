package org.fdboxfs.policy.experiment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.experiment.Execution.Done;
import org.fdboxfs.policy.experiment.Exploration.Broken;
import org.fdboxfs.policy.experiment.Exploration.Figures;
import org.jspecify.annotations.Nullable;

/**
 * Walks every interleaving of a scenario, breadth first, so that the first way to break something
 * is a shortest one. A state is come to by playing the way there again, for a guard cannot be
 * copied; states that were seen are known by a digest of their text.
 */
public final class Explorer {
  /** Who hears how far it has come, from time to time. */
  @FunctionalInterface
  public interface Progress {
    /**
     * So far.
     *
     * @param waiting states from which no move was made yet
     */
    void at(Figures figures, long waiting);
  }

  private static final int BETWEEN_REPORTS = 256;

  private final Plan plan;
  private final List<Promise> promises;
  private final int mostStates;
  private final Progress progress;
  private final Ways ways = new Ways();
  private final Set<Digest> seen = new HashSet<>();
  private final MessageDigest digests = sha256();
  private final long started = System.nanoTime();
  private long transitions;
  private int depth;

  private record Digest(long high, long low) {}

  /**
   * Prepares to walk.
   *
   * @param stated invariants besides those that are built in
   * @param crashes actors that may be killed at any moment
   * @param mostStates where to stop
   */
  public Explorer(
      Scenario scenario,
      PolicySettings settings,
      List<Stated> stated,
      Set<String> crashes,
      int mostStates,
      Progress progress) {
    this.plan = new Plan(scenario, settings, crashes);
    this.promises = Promises.with(stated);
    this.mostStates = mostStates;
    this.progress = progress;
  }

  /**
   * Walks until something is broken, all is walked, or there is no room for more.
   *
   * @throws ScenarioFailedException the setup was refused
   */
  public Exploration explore() throws ScenarioFailedException {
    Execution beginning = new Execution(plan);
    seen.add(digest(beginning.text()));
    Broken atFirst = judge(nothing(beginning), new int[0], true);
    if (atFirst != null) {
      return new Exploration(figures(), null, atFirst);
    }
    for (int from = Ways.FIRST; from < ways.size(); from++) {
      depth = ways.lengthOf(from);
      Broken broken = expand(from);
      if (broken != null) {
        return new Exploration(figures(), null, broken);
      }
      String full = from % BETWEEN_REPORTS == 0 ? report(ways.size() - from) : null;
      if (full == null && ways.size() > mostStates && from + 1 < ways.size()) {
        full = "there are more states than " + mostStates;
      }
      if (full != null) {
        return new Exploration(figures(), full, null);
      }
    }
    return new Exploration(figures(), null, null);
  }

  private @Nullable String report(long waiting) {
    progress.at(figures(), waiting);
    return Heap.isFull() ? "there is no memory for more states" : null;
  }

  private Figures figures() {
    return new Figures(seen.size(), transitions, depth, System.nanoTime() - started);
  }

  /** Makes every move from a state. */
  private @Nullable Broken expand(int from) {
    int[] way = ways.to(from);
    Execution first = play(way);
    Settled before = new Settled(first, way);
    boolean used = false;
    for (int move : first.moves()) {
      Broken broken = make(from, way, move, used ? play(way) : first, before);
      if (broken != null) {
        return broken;
      }
      used = true;
    }
    return null;
  }

  /** The settled text of a state, which is played once more for it where it is not settled. */
  private final class Settled implements Supplier<String> {
    private final int[] way;
    private @Nullable String text;

    Settled(Execution there, int[] way) {
      this.way = way;
      this.text = there.isSettled() ? there.settledText() : null;
    }

    @Override
    public String get() {
      if (text == null) {
        text = play(way).settledText();
      }
      return text;
    }
  }

  private @Nullable Broken make(
      int from, int[] way, int move, Execution execution, Settled before) {
    Simulation simulation = execution.simulation();
    int grants = simulation.grants().size();
    Set<Long> closing = simulation.closing();
    Sealed sealed = Sealed.of(simulation);
    Done done = execution.make(move);
    transitions++;
    boolean isNew = seen.add(digest(execution.text()));
    Happened happened =
        new Happened(
            done.step(),
            done.outcome(),
            grants,
            closing,
            sealed,
            before,
            execution::settledText,
            simulation);
    int[] there = Arrays.copyOf(way, way.length + 1);
    there[way.length] = move;
    Broken broken = judge(happened, there, isNew);
    if (isNew) {
      ways.add(from, move);
    }
    return broken;
  }

  private static Happened nothing(Execution beginning) {
    Outcome ok = Outcome.of(Verdict.OK);
    Simulation simulation = beginning.simulation();
    Sealed sealed = Sealed.of(simulation);
    return new Happened(
        null, ok, 0, Set.of(), sealed, () -> "", beginning::settledText, simulation);
  }

  private @Nullable Broken judge(Happened happened, int[] way, boolean isNew) {
    for (Promise promise : promises) {
      String how = isNew || !promise.isOfState() ? promise.broken(happened) : null;
      if (how != null) {
        return new Trace(plan).broken(promise, how, way);
      }
    }
    return null;
  }

  private Execution play(int[] way) {
    return Trace.play(plan, way, (move, done) -> {});
  }

  private Digest digest(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(digests.digest(text.getBytes(StandardCharsets.UTF_8)));
    return new Digest(bytes.getLong(), bytes.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
