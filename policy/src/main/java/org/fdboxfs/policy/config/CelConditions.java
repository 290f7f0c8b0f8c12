package org.fdboxfs.policy.config;

import com.google.re2j.Pattern;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Request;

/**
 * Compiles {@code when:} expressions. The only user of CEL, whose classes take time and memory to
 * load: touch this class only when a policy has an expression.
 *
 * <p>A condition is evaluated under the guard's lock, so what it can cost is bounded: its length
 * and depth are limited, its loops run {@value #MAX_ITERATIONS} times in all, values cannot grow,
 * as there are no maps, no lists of lists and no joining of texts, and {@link Work} counts.
 */
final class CelConditions {
  /** Longest expression in characters. */
  static final int MAX_LENGTH = 4096;

  /** Deepest nesting of an expression. */
  static final int MAX_DEPTH = 64;

  /** Most passes through loops in one evaluation, nested ones counted together. */
  static final int MAX_ITERATIONS = 1024;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_LENGTH)
          .maxParseRecursionDepth(MAX_DEPTH)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .maxRegexProgramSize(CelBounds.MAX_PATTERN_PROGRAM)
          .enableHeterogeneousNumericComparisons(true)
          .build();
  private static final CelRuntime RUNTIME = runtime(Set.of());

  private CelConditions() {}

  /**
   * Compiles an expression over the {@link Variable}s.
   *
   * @param names what {@code user()} and {@code group()} know
   * @throws ExpressionException when it cannot be used, with everything that is wrong
   */
  static Condition compile(String expression, AccountNames names) throws ExpressionException {
    CelValidationResult result = compiler(names).compile(expression);
    Compiled compiled = program(RUNTIME, result, expression, CelProblems::unknownVariable);
    return new CelCondition(expression, compiled, compiled.names().contains(Variable.AGE));
  }

  /**
   * What was compiled, as a condition whose cost is bounded.
   *
   * @throws ExpressionException as {@link #compile}
   */
  static Compiled program(
      CelRuntime runtime,
      CelValidationResult result,
      String expression,
      CelProblems.Unknown unknown)
      throws ExpressionException {
    if (result.hasError()) {
      throw new ExpressionException(
          result.getErrors().stream()
              .map(issue -> CelProblems.of(issue, expression, unknown))
              .toList());
    }
    try {
      CelAbstractSyntaxTree tree = result.getAst();
      Map<String, Pattern> patterns = CelBounds.check(tree);
      CelWords.check(tree);
      CelCost cost = CelCost.of(tree);
      if (cost.steps() > Work.MOST) {
        throw CelProblems.refused("takes more than " + Work.MOST + " steps");
      }
      return new Compiled(runtime.createProgram(tree), cost, patterns, names(tree));
    } catch (CelValidationException | CelEvaluationException e) {
      throw CelProblems.refused(CelProblems.reason(e));
    }
  }

  /**
   * A program, and what is needed to count what it does.
   *
   * @param patterns its regular expressions
   * @param names variables that it asks for
   */
  record Compiled(Program program, CelCost cost, Map<String, Pattern> patterns, Set<String> names) {
    /** Begins an evaluation on this thread, as a part of what is counted together. */
    Work begin(Object decision) {
      Work work = Work.begin(decision, patterns);
      work.charge(cost.steps());
      return work;
    }
  }

  /** What a program says. */
  static boolean truth(Object value) throws ConditionException {
    if (value instanceof Boolean answer) {
      return answer;
    }
    throw new ConditionException("a name in it has no value");
  }

  private record CelCondition(String expression, Compiled compiled, boolean asksAge)
      implements Condition {
    @Override
    public boolean holds(Request request) throws ConditionException {
      try {
        Work work = compiled.begin(request);
        return truth(compiled.program().eval(name -> look(name, request, work)));
      } catch (CelEvaluationException | UnknownFact e) {
        throw new ConditionException(CelProblems.reason(e));
      }
    }

    private Optional<Object> look(String name, Request request, Work work) {
      Variable variable = Variable.ALL.get(name);
      if (variable == null) {
        return Optional.empty();
      }
      Object value = variable.value().apply(request);
      if (value instanceof String text) {
        work.chargeText(text);
      } else if (value instanceof List<?> list) {
        work.charge(1 + compiled.cost().ofList(list.size()));
      }
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return expression;
    }
  }

  /** A compiler that knows no names. */
  static CelCompilerBuilder plainCompiler() {
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
  }

  private static CelCompiler compiler(AccountNames names) {
    CelCompilerBuilder builder = plainCompiler().addMacros(CelNames.macros(names));
    Variable.ALL.values().forEach(each -> builder.addVar(each.name(), typeOf(each)));
    return builder.build();
  }

  /**
   * What evaluates. The functions that take long texts and long patterns are our own, which count.
   *
   * @param functions that are given with each evaluation
   */
  static CelRuntime runtime(Set<String> functions) {
    return CelRuntimeFactory.plannerRuntimeBuilder()
        .setOptions(OPTIONS)
        .addLateBoundFunctions(functions)
        .setStandardFunctions(
            CelStandardFunctions.newBuilder()
                .excludeFunctions(StandardFunction.MATCHES, StandardFunction.CONTAINS)
                .build())
        .addFunctionBindings(
            CelFunctionBinding.from("matches", String.class, String.class, Work::matches),
            CelFunctionBinding.from("matches_string", String.class, String.class, Work::matches),
            CelFunctionBinding.from("contains_string", String.class, String.class, Work::contains))
        .build();
  }

  private static CelType typeOf(Variable variable) {
    return switch (variable.type()) {
      case INT -> SimpleType.INT;
      case BOOL -> SimpleType.BOOL;
      case STRING -> SimpleType.STRING;
      case INT_LIST -> ListType.create(SimpleType.INT);
      case STRING_LIST -> ListType.create(SimpleType.STRING);
    };
  }

  private static Set<String> names(CelAbstractSyntaxTree tree) {
    return tree.getReferenceMap().values().stream()
        .map(CelReference::name)
        .filter(Variable.ALL::containsKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
