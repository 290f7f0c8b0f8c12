package org.fdboxfs.policy;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** What it takes to decide an open that is permitted: a part of {@code make bench}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {
  /** A condition of the kind that people write: a kind, a name and who asks. */
  private static final String EXPRESSION =
      "entry.kind == 'memfd' && entry.name.startsWith('ram') && caller.uid == entry.uid";

  private static final int BEFORE = 9;

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** How many expressions are evaluated. */
  @Param({"default", "1-expression", "10-expressions"})
  public String policy = "default";

  private @Nullable World world;
  private @Nullable Entry ram;
  private @Nullable Policy rules;

  /** Makes what is asked about, and asks once, for what is refused is not meant. */
  @Setup
  public void prepare() throws FsException {
    world = new World();
    ram = world.put(world.box, "ram0", FdKind.MEMFD);
    rules = new Policy(settings(), Limits.ofDescriptors(Rig.DESCRIPTORS));
    Deny deny = decide();
    if (deny != null) {
      throw new IllegalStateException(policy + " refuses: " + deny);
    }
  }

  private PolicySettings settings() {
    String allowed = rule("allow: true", EXPRESSION);
    return switch (policy) {
      case "1-expression" -> Rig.settings("rules:\n" + allowed);
      case "10-expressions" ->
          Rig.settings(
              "rules:\n" + rule("deny: EPERM", "entry.name == 'secret'").repeat(BEFORE) + allowed);
      default -> PolicySettings.DEFAULT;
    };
  }

  private static String rule(String verdict, String condition) {
    return "  - { " + verdict + ", when: \"" + condition + "\" }\n";
  }

  /** One decision, from the request on. */
  @Benchmark
  @SuppressWarnings("NullAway") // JMH calls prepare() before
  public @Nullable Deny decide() {
    return rules.check(
        Request.about(world.registry, Operation.OPEN, world.owner, ram, Access.READ_WRITE));
  }

  /**
   * Measures, and prints a line for each figure as the other programs of the benchmark do.
   *
   * @param arguments {@code quick}, or nothing
   */
  public static void main(String[] arguments) throws RunnerException {
    boolean quick = arguments.length > 0 && arguments[0].equals("quick");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(DecisionBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.milliseconds(quick ? 300 : 1000))
            .measurementIterations(quick ? 3 : 7)
            .measurementTime(TimeValue.milliseconds(quick ? 300 : 1000));
    for (RunResult result : new Runner(options.build()).run()) {
      String policy = result.getParams().getParam("policy");
      Statistics times = result.getPrimaryResult().getStatistics();
      long decisions =
          result.getBenchmarkResults().stream()
              .mapToLong(fork -> fork.getMetadata().getMeasurementOps())
              .sum();
      print("decision", policy, times, decisions / times.getN());
      Statistics bytes =
          Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED)).getStatistics();
      print("decision-bytes", policy, bytes, decisions / times.getN());
    }
  }

  private static void print(String figure, String policy, Statistics values, long decisions) {
    System.out.printf(
        Locale.ROOT,
        "figure=%s system=%s best=%.1f median=%.1f worst=%.1f rounds=%d iterations=%d%n",
        figure,
        policy,
        values.getMin(),
        values.getPercentile(50),
        values.getMax(),
        values.getN(),
        decisions);
  }
}
