package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Entry;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelConditionsTest {
  private final World world = new World();
  private final Entry vfio = world.put(world.net, "vfio0", FdKind.VFIO_DEVICE);

  CelConditionsTest() throws FsException {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operation == 'open' && access == 'read'",
        "caller.uid == 1000 && caller.gid == 1001 && caller.pid == 4242",
        "27 in caller.groups && 1001 in caller.groups && !(0 in caller.groups)",
        "caller.groups.exists(g, g > 50 && g < 200)",
        "caller.groups.filter(g, g > 50).map(g, g - 100).exists_one(g, g == 0)",
        "caller.cgroup == '/user.slice' || caller.cgroup.startsWith('/machine')",
        "entry.name == 'vfio0' && entry.path == 'net0/vfio0' && entry.exists",
        "entry.kind == 'vfio-device'",
        "entry.kind in ['iommufd', 'vfio-device']",
        "entry.uid == 2000 && entry.gid == 2001 && entry.mode == 416",
        "entry.claims == 0 && entry.writers == 0",
        "box.name == 'vm1' && box.uid == 2000 && box.gid == 2001 && box.mode == 488",
        "!box.sealed && box.entries == 1",
        "entry.name.matches('^vfio[0-9]+$')",
        "caller.uid != entry.uid ? access == 'read' : true",
        "size(entry.name) < 10",
        "caller.capabilities == [] && caller.executable == '/bin/sh'",
        "entry.putter.uid == 2000 && entry.putter.gid == 2001 && 27 in entry.putter.groups",
        "entry.putter.cgroup == caller.cgroup && entry.putter.executable == '/bin/sh'",
        "!('CAP_SYS_ADMIN' in entry.putter.capabilities) && box.putter.uid == 2000",
        "entry.age == 0 && !entry.restored && caller.claims == 0 && caller.members == 0",
        "!caller.madeBox && entry.name.contains('fio') && !entry.name.contains('x')",
      })
  void aRequestAboutAnEntry(String expression) throws Exception {
    assertThat(compile(expression).holds(world.open(vfio))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operation == 'put' && entry.name == 'ram' && entry.path == 'net0/ram'",
        "entry.kind == 'memfd' && !entry.exists && entry.claims == 0 && entry.writers == 0",
        "entry.uid == caller.uid && entry.gid == caller.gid && entry.mode == 384",
        "box.name == 'vm1' && box.uid == 2000",
      })
  void aRequestToPutTellsWhatWillBe(String expression) throws Exception {
    assertThat(compile(expression).holds(world.putting(world.net, "ram", FdKind.MEMFD))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "operation == 'mkdir' && entry.name == 'new' && entry.path == '' && entry.kind == ''",
        "!entry.exists && entry.uid == 1000 && entry.mode == 448",
        "box.name == 'new' && box.uid == 1000 && box.gid == 1001 && box.mode == 448",
        "!box.sealed && box.entries == 0",
      })
  void aRequestToMakeABoxTellsWhatWillBe(String expression) throws Exception {
    assertThat(compile(expression).holds(world.mkdir(world.registry.root(), "new"))).isTrue();
  }

  @Test
  void aRequestAboutADirectoryHasNoKind() throws Exception {
    Condition condition =
        compile("entry.kind == '' && entry.path == 'net0' && entry.uid == 2000 && entry.exists");

    assertThat(condition.holds(world.about(Operation.RMDIR, world.net))).isTrue();
  }

  @Test
  void claimsAndSealAreThoseOfTheMoment() throws Exception {
    Condition condition = compile("entry.claims == 2 && entry.writers == 1 && box.sealed");
    assertThat(condition.holds(world.open(vfio))).isFalse();

    world.registry.claim(vfio, Access.READ, world.caller, false);
    world.registry.claim(vfio, Access.WRITE, world.caller, false);
    ((Box) world.box).setSealed(true, world.registry.now());

    assertThat(condition.holds(world.open(vfio))).isTrue();
  }

  @Test
  void idsAreUnsigned() throws Exception {
    Request request =
        Request.about(
            world.registry, Operation.OPEN, world.processes.caller(-2, -2, 1), vfio, Access.READ);

    assertThat(compile("caller.uid == 4294967294 && caller.gid > 0").holds(request)).isTrue();
  }

  @ParameterizedTest(name = "{0} looks up {1}")
  @CsvSource({
    "caller.uid == 1, ''",
    "operation == 'put' && 5 in caller.groups, ''",
    "caller.uid == 1 && caller.cgroup == '', ''",
    "27 in caller.groups, groups",
    "caller.pid > 0, process",
  })
  void onlyWhatIsAskedForIsLookedUp(String expression, String lookedUp) throws Exception {
    compile(expression).holds(world.open(vfio));

    assertThat(world.processes.lookedUp)
        .isEqualTo(lookedUp.isEmpty() ? Set.of() : Set.of(lookedUp));
  }

  @Test
  void everyVariableHasAValueOfItsTypeForEveryRequest() throws Exception {
    for (Variable variable : Variable.ALL.values()) {
      Condition condition = compile(variable.name() + " == " + variable.name());
      assertThat(condition.holds(world.open(vfio))).as(variable.name()).isTrue();
      assertThat(condition.holds(world.putting(world.net, "x", FdKind.PIPE))).isTrue();
      assertThat(condition.holds(world.mkdir(world.registry.root(), "x"))).isTrue();
      assertThat(condition.holds(world.about(Operation.SEAL, world.box))).isTrue();
    }
  }

  /** Elements of a list may be called as what has few values. */
  @Test
  void aVariableOfTheExpressionIsItsOwn() throws Exception {
    assertThat(compile("['a', entry.name].exists(purpose, purpose == 'a')")).isNotNull();
    assertThat(compile("caller.groups.all(access, access != 7) && operation == 'open'"))
        .isNotNull();
  }

  @Test
  void theConditionShowsItsText() throws Exception {
    assertThat(compile("caller.uid == 0")).hasToString("caller.uid == 0");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "callr.uid == 1 | unknown name 'callr'",
        "opration == 'open' | unknown name 'opration' (did you mean 'operation'?)",
        "entry . knd == 'x' | unknown entry field 'knd' (did you mean 'kind'?)",
        "box.size == 1 | unknown box field 'size'",
        "caller == 1 | caller needs a field (known: uid, gid, pid, groups, capabilities, cgroup",
        "caller.uid | is not a condition: it gives int, not bool",
        "dyn(true) | is not a condition: it gives dyn, not bool",
        "caller.uid == '0' | '==' does not go with (int, string)",
        "caller.uid in entry.name | 'in' does not go with (int, string)",
        "!caller.uid | '!' does not go with (int)",
        "entry.name.startsWith(1) | 'startsWith' does not go with string.(int)",
        "caller.groups['a'] == 1 | '[]' does not go with (list(int), string)",
        "operation.kind == 1 | type 'string' does not support field selection",
        "frob(1) | unknown function 'frob'",
        "entry.name.frob() | unknown function 'frob'",
        "caller.uid == | ends where something is missing",
        "access = 'read' | unexpected '= '",
        "caller.uid 1 | unexpected '1'",
        "(true | missing ')' at the end",
        "operation == 'opne' | unknown operation 'opne' (did you mean 'open'?)",
        "'mvoe' != purpose | unknown purpose 'mvoe' (did you mean 'move'?)",
        "access == 'rw' | unknown access 'rw' (known: read, write, read-write)",
        "operation in ['open', 'mkdri'] | unknown operation 'mkdri' (did you mean 'mkdir'?)",
        "entry.kind == 'memdf' | unknown kind 'memdf' (did you mean 'memfd'?)",
        "!('SYS_ADMIN' in caller.capabilities) | unknown capability 'SYS_ADMIN' (did you mean 'CAP_SYS_ADMIN'?)",
        "'cap_chown' in entry.putter.capabilities | unknown capability 'cap_chown' (did you mean 'CAP_CHOWN'?)",
        "entry.name.matches('[') | error parsing regexp: missing closing ]: `[`",
        "matches(entry.name, '(a{500}){500}') | has an expression that repeats more than 10000 times",
        "entry.name.matches(entry.path) | 'matches' takes an expression that stands in the file",
        "entry.name.matches('(ab{99}){12}') | has an expression with more than 1000 states",
        "entry.puter.uid == 1 | unknown entry field 'puter' (did you mean 'putter'?)",
        "entry.putter.uuid == 1 | unknown entry.putter field 'uuid' (did you mean 'uid'?)",
        "entry.putter == 1 | entry.putter needs a field (known: uid, gid, groups, capabilities, cgroup",
        "'CAP_SYS_ADMIN' in caller.capabilites | unknown caller field 'capabilites' (did you mean 'capabilities'?)",
        "entry.name + 'x' == 'y' | joins texts with '+'",
        "caller.groups.exists(g, .g > 5) | has a name that starts with '.'",
        "[[1]].exists(x, x == x) | has a value of type list(list)",
        "[1, 'a'] == [] | has a value of type list(dyn)",
        "{'a': 1}.a == 1 | has a value of type map",
      })
  void isRefusedWhenItIsCompiled(String expression, String message) {
    assertThat(refusal(expression).message()).startsWith(message);
  }

  @Test
  void aProblemIsOnItsLineOfTheExpression() {
    assertThat(refusal("true &&\n  entry.nme == 'x'").line()).isEqualTo(2);
    assertThat(refusal("true &&\n  entry.uid == 1 &&\n  operation == 'opn'").line()).isEqualTo(3);
  }

  /** A word that cannot be meant is told; one that can is not, in whatever way it is compared. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "operation in ['open', 'take'] && purpose != 'move' && access == 'read-write'",
        "entry.kind == '' || entry.kind != 'vfio-device' || entry.kind in ['memfd', 'bpf']",
        "'CAP_SYS_ADMIN' in caller.capabilities || 'CAP_BPF' in box.putter.capabilities",
        "entry.name == 'opne' && box.name in ['opne'] && 'x' in ['y']",
        "caller.capabilities.exists(c, c == entry.name)",
      })
  void wordsThatCanBeAreTaken(String expression) throws Exception {
    assertThat(compile(expression)).hasToString(expression);
  }

  @Test
  void everythingThatIsWrongIsSaid() {
    ExpressionException refused =
        catchThrowableOfType(
            ExpressionException.class, () -> compile("caller.udi == 1 || entry.nme == 'x'"));

    assertThat(refused.problems()).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("excessive")
  void whatIsTooLongOrDeepIsRefused(String expression) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(refusal(expression).message())
                .containsAnyOf("longer than 4096", "deeper than 64"));
  }

  static Stream<String> excessive() {
    return Stream.of(
        "x".repeat(5000),
        "(".repeat(2000) + "true" + ")".repeat(2000),
        "[".repeat(2000) + "]".repeat(2000) + " == []",
        "1" + "+1".repeat(2000) + " == 1",
        "true ? true : ".repeat(290) + "true",
        "caller.groups" + ".filter(x, x > 0)".repeat(200) + " == []");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 / (caller.uid - 1000) == 1",
        "int(entry.name) == 1",
        "entry.uid % 0 == 1",
        "caller.uid * 9223372036854775807 == 0",
      })
  void whatCannotBeEvaluatedSaysWhyInOneLine(String expression) throws Exception {
    Condition condition = compile(expression);

    assertThatExceptionOfType(ConditionException.class)
        .isThrownBy(() -> condition.holds(world.open(vfio)))
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  @Test
  void loopsAreCutOff() throws Exception {
    world.processes.groups = IntStream.range(0, 1000).boxed().collect(Collectors.toSet());
    Condition once = compile("caller.groups.all(a, a >= 0)");
    Condition nested =
        compile("caller.groups.all(a, caller.groups.all(b, caller.groups.all(c, c >= 0)))");

    assertThat(once.holds(world.open(vfio))).isTrue();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThatExceptionOfType(ConditionException.class)
                .isThrownBy(() -> nested.holds(world.open(vfio)))
                .withMessageContaining("steps"));
  }

  private static Condition compile(String expression) throws ExpressionException {
    return CelConditions.compile(expression, AccountNames.OF_THIS_MACHINE);
  }

  private static Problem refusal(String expression) {
    ExpressionException refused =
        catchThrowableOfType(ExpressionException.class, () -> compile(expression));
    assertThat(refused).as("refusal of %s", expression).isNotNull();
    return refused.problems().get(0);
  }
}
