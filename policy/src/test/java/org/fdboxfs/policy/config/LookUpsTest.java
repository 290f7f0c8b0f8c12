package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What conditions look up: credentials, what cannot be known, and how much of it they may do. */
class LookUpsTest {
  private final World world = new World();
  private final Entry ram = world.put(world.box, "ram", FdKind.MEMFD);

  LookUpsTest() throws FsException {}

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "27 in caller.groups | it is not known what groups the caller has",
        "!(27 in caller.groups) | it is not known what groups the caller has",
        "caller.capabilities == [] | it is not known what capabilities the caller has",
        "caller.cgroup != 'x' | it is not known what control group the caller is in",
        "caller.executable != 'x' | it is not known what file the caller runs",
      })
  void whatIsNotKnownOfTheCallerIsNotTakenAsEmpty(String expression, String reason)
      throws Exception {
    world.processes.groups = null;
    world.processes.capabilities = null;
    world.processes.cgroup = "";
    world.processes.executable = "";

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> holds(expression, world.open(ram)))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "27 in entry.putter.groups",
        "entry.putter.capabilities == []",
        "entry.putter.cgroup != 'x'",
        "entry.putter.executable != 'x'",
      })
  void whatIsNotKnownOfThePutterIsNotTakenAsEmpty(String expression) throws Exception {
    World other = new World();
    other.owners.groups = null;
    other.owners.capabilities = null;
    other.owners.cgroup = "";
    other.owners.executable = "";
    // Another process: what is known of the first is remembered.
    Entry entry = other.put(other.box, "x", FdKind.MEMFD);
    other.registry.madeBy(entry, other.owners.caller(2000, 2001, 78));

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> holds(expression, other.open(entry)))
        .withMessageContaining("it is not known");
  }

  @Test
  void whatNobodyPutHasNoPutter() throws Exception {
    Request root = world.about(Operation.LIST, world.registry.root());

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> holds("entry.putter.uid == 0", root))
        .withMessageContaining("it is not known who put this entry");
  }

  @Test
  void idsOfThePutterAreUnsigned() throws Exception {
    world.registry.madeBy(ram, world.owners.caller(-2, -2, 5));

    assertThat(holds("entry.putter.uid == 4294967294 && entry.putter.gid > 0", world.open(ram)))
        .isTrue();
  }

  @Test
  void capabilitiesAreNames() throws Exception {
    world.processes.capabilities = Set.of("CAP_SYS_ADMIN", "CAP_CHOWN");

    assertThat(holds("'CAP_SYS_ADMIN' in caller.capabilities", world.open(ram))).isTrue();
    assertThat(holds("'CAP_BPF' in caller.capabilities", world.open(ram))).isFalse();
  }

  @Test
  void theCallersOwnClaimsAreThoseOfItsProcess() throws Exception {
    Entry other = world.put(world.box, "other", FdKind.MEMFD);
    world.registry.claim(ram, Access.READ, world.caller, false);
    world.registry.claim(ram, Access.READ, world.owner, false);

    assertThat(holds("caller.claims == 1 && entry.claims == 2", world.open(ram))).isTrue();
    assertThat(holds("caller.claims == 0 && caller.members == 1", world.open(other))).isTrue();
  }

  @Test
  void theMakerOfABoxIsAProcess() throws Exception {
    Request byMaker = Request.about(world.registry, Operation.OPEN, world.owner, ram, Access.READ);

    assertThat(holds("caller.madeBox", byMaker)).isTrue();
    assertThat(holds("caller.madeBox", world.open(ram))).isFalse();
    assertThat(holds("caller.madeBox", world.mkdir(world.registry.root(), "new"))).isTrue();
  }

  @Test
  void allConditionsOfOneDecisionAreCountedTogether() throws Exception {
    world.processes.groups = IntStream.range(0, 1000).boxed().collect(Collectors.toSet());
    Condition loop =
        CelConditions.compile("caller.groups.all(g, g >= 0)", AccountNames.OF_THIS_MACHINE);
    Request request = world.open(ram);
    int evaluated = 0;
    String refusal = "";
    while (refusal.isEmpty() && evaluated < 100) {
      try {
        assertThat(loop.holds(request)).isTrue();
        evaluated++;
      } catch (ConditionException e) {
        refusal = String.valueOf(e.getMessage());
      }
    }

    assertThat(refusal).contains("more than " + Work.MOST + " steps");
    assertThat(evaluated).isBetween(2, 50);
    assertThat(loop.holds(world.open(ram))).as("another decision").isTrue();
  }

  @Test
  void aLongTextAndALargeExpressionAreTooMuch() throws Exception {
    Entry longName = world.put(world.box, "x".repeat(255), FdKind.MEMFD);
    String once = "!entry.name.matches('^(.?){120}.*$')";
    String often = String.join(" || ", Collections.nCopies(10, once));

    assertThat(holds(often, world.open(ram))).isFalse();
    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> holds(often, world.open(longName)))
        .withMessageContaining("steps");
  }

  @Test
  void manyGroupsAreTooMuchForThePolicyThatAsksForThem() throws Exception {
    world.processes.groups = IntStream.range(0, 65_536).boxed().collect(Collectors.toSet());
    String often =
        IntStream.range(0, 20)
            .mapToObj(i -> i + "7 in caller.groups")
            .collect(Collectors.joining(" && "));

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> holds(often, world.open(ram)))
        .withMessageContaining("steps");
  }

  @Test
  void aLoopWithinALoopIsCountedEachTime() throws Exception {
    String list = IntStream.range(0, 60).mapToObj(String::valueOf).collect(Collectors.joining(","));
    String nested =
        "[" + list + "].all(a, [" + list + "].all(b, [" + list + "].all(c, a + b + c >= 0)))";

    assertThatExceptionOfType(ExpressionException.class)
        .isThrownBy(() -> CelConditions.compile(nested, AccountNames.OF_THIS_MACHINE))
        .satisfies(e -> assertThat(e.problems().get(0).message()).contains("steps"));
  }

  @Test
  void aConditionThatDoesNotAskCostsNothing() throws Exception {
    assertThat(holds("operation == 'open'", world.open(ram))).isTrue();
    assertThat(Work.spentLast()).isLessThan(10);
  }

  private static boolean holds(String expression, Request request) throws Exception {
    return CelConditions.compile(expression, AccountNames.OF_THIS_MACHINE).holds(request);
  }
}
