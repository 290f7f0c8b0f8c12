package org.fdboxfs.policy.config;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelLateFunctionBindings;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.fdboxfs.policy.experiment.State;
import org.fdboxfs.policy.experiment.Stated.Always;
import org.fdboxfs.policy.rule.Condition.ConditionException;

/**
 * Compiles {@code always:} expressions. As {@link CelConditions}, to be touched only where there is
 * one; what an evaluation may cost is bounded in the same way.
 */
final class CelInvariants {
  private static final CelType TEXTS = ListType.create(SimpleType.STRING);

  /** Lists that an expression can begin with. */
  private static final Map<String, Function<State, Object>> LISTS =
      ImmutableMap.of("entries", State::entries, "boxes", State::boxes, "actors", State::actors);

  /** What can be asked about a path, or an actor. */
  private record Asked(CelType type, BiFunction<State, String, Object> answer) {}

  private static final Map<String, Asked> FUNCTIONS = functions();

  private static final CelCompiler COMPILER = compiler();
  private static final CelRuntime RUNTIME = CelConditions.runtime(FUNCTIONS.keySet());

  private CelInvariants() {}

  private static Map<String, Asked> functions() {
    Map<String, Asked> functions = new LinkedHashMap<>();
    functions.put("exists", new Asked(SimpleType.BOOL, State::exists));
    functions.put("kind", new Asked(SimpleType.STRING, State::kind));
    functions.put("mode", new Asked(SimpleType.INT, State::mode));
    functions.put("uid", new Asked(SimpleType.INT, State::uid));
    functions.put("gid", new Asked(SimpleType.INT, State::gid));
    functions.put("sealed", new Asked(SimpleType.BOOL, State::sealed));
    functions.put("claims", new Asked(SimpleType.INT, State::claims));
    functions.put("holders", new Asked(TEXTS, State::holders));
    functions.put("readers", new Asked(TEXTS, State::readers));
    functions.put("writers", new Asked(TEXTS, State::writers));
    functions.put("alive", new Asked(SimpleType.BOOL, State::alive));
    return functions;
  }

  private static CelCompiler compiler() {
    CelCompilerBuilder builder = CelConditions.plainCompiler();
    LISTS.keySet().forEach(name -> builder.addVar(name, TEXTS));
    FUNCTIONS.forEach(
        (name, asked) ->
            builder.addFunctionDeclarations(
                CelFunctionDecl.newFunctionDeclaration(
                    name,
                    CelOverloadDecl.newGlobalOverload(
                        overload(name), asked.type(), SimpleType.STRING))));
    return builder.build();
  }

  private static String overload(String name) {
    return name + "_string";
  }

  /**
   * Compiles an expression over a state.
   *
   * @throws ExpressionException when it cannot be used, with everything that is wrong
   */
  static Always compile(String expression) throws ExpressionException {
    CelConditions.Compiled program =
        CelConditions.program(
            RUNTIME, COMPILER.compile(expression), expression, CelInvariants::unknown);
    return state -> holds(program, state);
  }

  @SuppressWarnings("Immutable") // what the functions look at is of this one evaluation
  private static boolean holds(CelConditions.Compiled program, State state)
      throws ConditionException {
    CelVariableResolver variables =
        name -> Optional.ofNullable(LISTS.get(name)).map(list -> list.apply(state));
    List<CelFunctionBinding> bindings =
        FUNCTIONS.entrySet().stream()
            .flatMap(each -> bindings(each.getKey(), each.getValue(), state).stream())
            .toList();
    try {
      program.begin(new Object());
      return CelConditions.truth(
          program.program().eval(variables, CelLateFunctionBindings.from(bindings)));
    } catch (CelEvaluationException | UnknownFact e) {
      throw new ConditionException(CelProblems.reason(e));
    }
  }

  @SuppressWarnings("Immutable") // as above
  private static Set<CelFunctionBinding> bindings(String name, Asked asked, State state) {
    return CelFunctionBinding.fromOverloads(
        name,
        CelFunctionBinding.from(
            overload(name), String.class, word -> asked.answer().apply(state, word)));
  }

  private static String unknown(String name, String rest) {
    return rest.startsWith("(")
        ? Words.unknown("function", name, FUNCTIONS.keySet())
        : Words.unknown("name", name, LISTS.keySet());
  }
}
