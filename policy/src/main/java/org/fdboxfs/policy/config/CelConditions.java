package org.fdboxfs.policy.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.ast.CelReference;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelKind;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
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

  private static final int LONGEST_MESSAGE = 200;
  private static final int MAX_PATTERN_PROGRAM = 1000;
  private static final int MAX_REPEATS = 10_000;

  /** The larger number of a counted repetition; one of more digits is refused by the library. */
  private static final java.util.regex.Pattern REPEAT =
      java.util.regex.Pattern.compile("([0-9]{1,4})\\}");

  private static final Set<CelKind> PLAIN =
      Set.of(
          CelKind.BOOL,
          CelKind.INT,
          CelKind.UINT,
          CelKind.DOUBLE,
          CelKind.STRING,
          CelKind.TIMESTAMP,
          CelKind.DURATION,
          CelKind.TYPE);

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_LENGTH)
          .maxParseRecursionDepth(MAX_DEPTH)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .maxRegexProgramSize(MAX_PATTERN_PROGRAM)
          .enableHeterogeneousNumericComparisons(true)
          .build();
  private static final CelRuntime RUNTIME = runtime(Set.of());

  /** What the checker says of a name or function that it does not know. */
  private static final java.util.regex.Pattern UNDECLARED =
      java.util.regex.Pattern.compile("undeclared reference to '([^']*)'.*");

  /** A name, and all that follows it with dots. */
  private static final java.util.regex.Pattern CHAIN =
      java.util.regex.Pattern.compile("\\w+((?:\\s*\\.\\s*\\w+)*)");

  /** Says nothing to who reads one expression: an offset, and at that in the tree. */
  private static final java.util.regex.Pattern WHERE =
      java.util.regex.Pattern.compile("^evaluation error at [^ ]*: ");

  private CelConditions() {}

  /**
   * Compiles an expression over the {@link Variable}s.
   *
   * @param names what {@code user()} and {@code group()} know
   * @throws ExpressionException when it cannot be used, with everything that is wrong
   */
  static Condition compile(String expression, AccountNames names) throws ExpressionException {
    CelValidationResult result = compiler(names).compile(expression);
    Compiled compiled = program(RUNTIME, result, expression, CelConditions::unknown);
    return new CelCondition(expression, compiled, compiled.names().contains(Variable.AGE));
  }

  /** Says what is wrong with a name that is not known. */
  @FunctionalInterface
  interface Unknown {
    /**
     * One line.
     *
     * @param rest of the expression, behind the name
     */
    String reason(String name, String rest);
  }

  /**
   * What was compiled, as a condition whose cost is bounded.
   *
   * @throws ExpressionException as {@link #compile}
   */
  static Compiled program(
      CelRuntime runtime, CelValidationResult result, String expression, Unknown unknown)
      throws ExpressionException {
    if (result.hasError()) {
      throw new ExpressionException(
          result.getErrors().stream().map(issue -> problem(issue, expression, unknown)).toList());
    }
    try {
      CelAbstractSyntaxTree tree = result.getAst();
      requireBounded(tree);
      requirePlainNames(tree);
      Map<String, Pattern> patterns = patterns(tree);
      CelCost cost = CelCost.of(tree);
      if (cost.steps() > Work.MOST) {
        throw refused("takes more than " + Work.MOST + " steps");
      }
      return new Compiled(runtime.createProgram(tree), cost, patterns, names(tree));
    } catch (CelValidationException | CelEvaluationException e) {
      throw refused(reason(e));
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
        throw new ConditionException(reason(e));
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

  private static void requireBounded(CelAbstractSyntaxTree tree) throws ExpressionException {
    CelType type = tree.getResultType();
    if (type.kind() != CelKind.BOOL) {
      throw refused("is not a condition: it gives " + type.name() + ", not bool");
    }
    for (CelType each : tree.getTypeMap().values()) {
      requirePlain(each);
    }
    boolean joins =
        tree.getReferenceMap().values().stream()
            .anyMatch(reference -> reference.overloadIds().contains("add_string"));
    if (joins) {
      throw refused("joins texts with '+', which is not supported");
    }
  }

  private static Set<String> names(CelAbstractSyntaxTree tree) {
    return tree.getReferenceMap().values().stream()
        .map(CelReference::name)
        .filter(Variable.ALL::containsKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The runtime does not find what the checker finds for a name with a dot before it. */
  private static void requirePlainNames(CelAbstractSyntaxTree tree) throws ExpressionException {
    boolean dotted =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.IDENT)
            .anyMatch(node -> node.expr().ident().name().startsWith("."));
    if (dotted) {
      throw refused("has a name that starts with '.', which is not supported");
    }
  }

  /** Regular expressions stand in the file: one that a user could choose is refused. */
  private static Map<String, Pattern> patterns(CelAbstractSyntaxTree tree)
      throws ExpressionException {
    List<CelExpr> arguments =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.CALL)
            .map(node -> node.expr().call())
            .filter(call -> call.function().equals("matches") && !call.args().isEmpty())
            .map(call -> call.args().get(call.args().size() - 1))
            .toList();
    Map<String, Pattern> patterns = new HashMap<>();
    for (CelExpr argument : arguments) {
      if (argument.getKind() != ExprKind.Kind.CONSTANT) {
        throw refused("'matches' takes an expression that stands in the file");
      }
      String text = argument.constant().stringValue();
      patterns.put(text, pattern(text));
    }
    return Map.copyOf(patterns);
  }

  /** A pattern is compiled before its size is known, and repeats within repeats multiply it. */
  private static void requireFewRepeats(String text) throws ExpressionException {
    long product = 1;
    Matcher repeats = REPEAT.matcher(text);
    while (repeats.find()) {
      product *= Math.max(1, Long.parseLong(repeats.group(1)));
      if (product > MAX_REPEATS) {
        throw refused("has an expression that repeats more than " + MAX_REPEATS + " times");
      }
    }
  }

  private static Pattern pattern(String text) throws ExpressionException {
    requireFewRepeats(text);
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.programSize() > MAX_PATTERN_PROGRAM) {
        throw refused("has an expression with more than " + MAX_PATTERN_PROGRAM + " states");
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw refused(Words.oneLine(String.valueOf(e.getMessage()), LONGEST_MESSAGE));
    }
  }

  private static void requirePlain(CelType type) throws ExpressionException {
    boolean plain = PLAIN.contains(type.kind());
    if (type instanceof ListType list) {
      plain = list.hasElemType() && PLAIN.contains(list.elemType().kind());
    }
    if (!plain) {
      throw refused("has a value of type " + shown(type) + ", which is not supported");
    }
  }

  private static String shown(CelType type) {
    return type instanceof ListType list && list.hasElemType()
        ? "list(" + list.elemType().name() + ")"
        : type.name();
  }

  private static Problem problem(CelIssue issue, String expression, Unknown unknown) {
    CelSourceLocation at = issue.getSourceLocation();
    String message = issue.getMessage();
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      message = unknown.reason(undeclared.group(1), rest(expression, at));
    }
    return new Problem(Math.max(1, at.getLine()), Words.oneLine(message, LONGEST_MESSAGE));
  }

  private static String unknown(String name, String rest) {
    if (rest.startsWith("(")) {
      return "unknown function " + Words.quoted(name);
    }
    if (Variable.fieldsOf(name).isEmpty()) {
      return Words.unknown("name", name, Variable.ALL.keySet());
    }
    Matcher chain = CHAIN.matcher(rest);
    String known = name;
    if (chain.lookingAt()) {
      for (String word : chain.group(1).strip().split("\\s*\\.\\s*", -1)) {
        List<String> fields = Variable.fieldsOf(known);
        if (!word.isEmpty() && !fields.contains(word)) {
          return Words.unknown(known + " field", word, fields);
        }
        known += word.isEmpty() ? "" : "." + word;
      }
    }
    return known + " needs a field (known: " + String.join(", ", Variable.fieldsOf(known)) + ")";
  }

  /** The expression from where an issue is, empty when that is nowhere. */
  private static String rest(String expression, CelSourceLocation at) {
    List<String> lines = expression.lines().toList();
    if (at.getLine() < 1 || at.getLine() > lines.size()) {
      return "";
    }
    String line = lines.get(at.getLine() - 1);
    int from = Math.min(Math.max(0, at.getColumn()), line.length());
    return line.substring(from);
  }

  /** What our own look-ups and functions say is wrapped by the library in words of its own. */
  static String reason(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownFact unknown) {
        return String.valueOf(unknown.getMessage());
      }
    }
    String message = WHERE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    return Words.oneLine(message, LONGEST_MESSAGE);
  }

  private static ExpressionException refused(String message) {
    return new ExpressionException(List.of(new Problem(1, message)));
  }
}
