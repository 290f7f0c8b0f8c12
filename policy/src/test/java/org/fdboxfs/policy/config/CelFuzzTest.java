package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Request;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An expression is refused when it is compiled, or it answers, or it says why it cannot. */
class CelFuzzTest {
  private static final int STEPS = 5_000;
  private static final List<String> SEEDS =
      List.of(
          "operation == 'open' && caller.uid != entry.uid",
          "caller.groups . exists ( g , g > 50 && g < 200 ) || entry.name . matches ( '^a+$' )",
          "entry.kind in [ 'iommufd' , 'vfio-device' ] ? box.sealed : size ( box.name ) < 3",
          "caller.groups . filter ( g , g % 2 == 0 ) . map ( g , g + 1 ) . size ( ) > 1",
          "int ( entry.name ) / caller.pid == entry.mode - 1 && ! entry.exists",
          "timestamp ( entry.name ) < timestamp ( '2026-01-01T00:00:00Z' ) || double ( 1 ) > 0.5",
          "type ( entry.uid ) == int && bool ( entry.path ) && uint ( caller.gid ) == 1u");

  private final World world = new World();
  private final List<Request> requests = new ArrayList<>();

  CelFuzzTest() throws FsException {
    requests.add(world.open(world.put(world.net, "vfio0", FdKind.VFIO_DEVICE)));
    requests.add(world.putting(world.box, "7", FdKind.MEMFD));
    requests.add(world.mkdir(world.registry.root(), "["));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void mutantsOfExpressions(long seed) {
    var random = new SplittableRandom(seed);
    List<String> words = SEEDS.stream().flatMap(each -> words(each).stream()).toList();
    int compiled = 0;
    for (int step = 0; step < STEPS; step++) {
      List<String> mutant = new ArrayList<>(words(SEEDS.get(random.nextInt(SEEDS.size()))));
      for (int left = 1 + random.nextInt(3); left > 0; left--) {
        mutate(mutant, words, random);
      }
      compiled += compiles(String.join(" ", mutant), step) ? 1 : 0;
    }
    assertThat(compiled).as("mutants that are conditions").isGreaterThan(STEPS / 50);
  }

  private static List<String> words(String expression) {
    return Arrays.asList(expression.split(" "));
  }

  private static void mutate(List<String> mutant, List<String> words, SplittableRandom random) {
    int at = random.nextInt(mutant.size());
    String word = words.get(random.nextInt(words.size()));
    switch (random.nextInt(5)) {
      case 0 -> mutant.add(at, word);
      case 1 -> mutant.add(at, mutant.get(random.nextInt(mutant.size())));
      default -> mutant.set(at, word);
    }
  }

  private boolean compiles(String expression, int step) {
    try {
      Condition condition = CelConditions.compile(expression, AccountNames.OF_THIS_MACHINE);
      for (Request request : requests) {
        evaluate(condition, request);
      }
      return true;
    } catch (ExpressionException e) {
      assertThat(e.problems()).isNotEmpty();
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("step " + step + ": " + expression, e);
    }
  }

  private static void evaluate(Condition condition, Request request) {
    try {
      condition.holds(request);
    } catch (ConditionException e) {
      assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
    }
  }
}
