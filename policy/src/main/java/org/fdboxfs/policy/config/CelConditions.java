package org.fdboxfs.policy.config;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr.ExprKind;
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
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.fdboxfs.policy.rule.Condition;
import org.fdboxfs.policy.rule.Condition.ConditionException;
import org.fdboxfs.policy.rule.Request;

/**
 * Compiles {@code when:} expressions. The only user of CEL, whose classes take time and memory to
 * load: touch this class only when a policy has an expression.
 *
 * <p>A condition is evaluated under the guard's lock, so what it can cost is bounded when it is
 * compiled: its length and depth are limited, its loops run {@value #MAX_ITERATIONS} times in all,
 * and values cannot grow, as there are no maps, no lists of lists and no joining of texts.
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
          .build();
  private static final CelCompiler COMPILER = compiler();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  private static final CelAbstractSyntaxTree MATCH = matchOfAnything();

  /** What the checker says of a name or function that it does not know. */
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");

  private static final Pattern QUALIFIED = Pattern.compile("\\w+\\s*\\.\\s*(\\w+)");

  /** Says nothing to who reads one expression: an offset, and at that in the tree. */
  private static final Pattern WHERE = Pattern.compile("^evaluation error at [^ ]*: ");

  private CelConditions() {}

  /**
   * Compiles an expression over the {@link Variable}s.
   *
   * @throws ExpressionException when it cannot be used, with everything that is wrong
   */
  static Condition compile(String expression) throws ExpressionException {
    return new CelCondition(
        expression, program(COMPILER.compile(expression), expression, CelConditions::unknown));
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
  static Program program(CelValidationResult result, String expression, Unknown unknown)
      throws ExpressionException {
    if (result.hasError()) {
      throw new ExpressionException(
          result.getErrors().stream().map(issue -> problem(issue, expression, unknown)).toList());
    }
    try {
      CelAbstractSyntaxTree tree = result.getAst();
      requireBounded(tree);
      requirePlainNames(tree);
      requirePatterns(tree);
      return RUNTIME.createProgram(tree);
    } catch (CelValidationException | CelEvaluationException e) {
      throw refused(reason(e));
    }
  }

  /** What a program says. */
  static boolean truth(Object value) throws ConditionException {
    if (value instanceof Boolean answer) {
      return answer;
    }
    throw new ConditionException("a name in it has no value");
  }

  private record CelCondition(String expression, Program program) implements Condition {
    @Override
    public boolean holds(Request request) throws ConditionException {
      CelVariableResolver variables =
          name ->
              Optional.ofNullable(Variable.ALL.get(name))
                  .map(found -> found.value().apply(request));
      try {
        return truth(program.eval(variables));
      } catch (CelEvaluationException e) {
        throw new ConditionException(reason(e));
      }
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

  private static CelCompiler compiler() {
    CelCompilerBuilder builder = plainCompiler();
    Variable.ALL.values().forEach(each -> builder.addVar(each.name(), typeOf(each)));
    return builder.build();
  }

  /** A match against whatever the resolver gives as the pattern. */
  private static CelAbstractSyntaxTree matchOfAnything() {
    try {
      return COMPILER.compile("''.matches(operation)").getAst();
    } catch (CelValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CelType typeOf(Variable variable) {
    return switch (variable.type()) {
      case INT -> SimpleType.INT;
      case BOOL -> SimpleType.BOOL;
      case STRING -> SimpleType.STRING;
      case INT_LIST -> ListType.create(SimpleType.INT);
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

  /** A regular expression that stands in the file is tried now, not at the first request. */
  private static void requirePatterns(CelAbstractSyntaxTree tree) throws ExpressionException {
    List<String> patterns =
        CelNavigableAst.fromAst(tree)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == ExprKind.Kind.CALL)
            .map(node -> node.expr().call())
            .filter(call -> call.function().equals("matches") && !call.args().isEmpty())
            .map(call -> call.args().get(call.args().size() - 1))
            .filter(argument -> argument.getKind() == ExprKind.Kind.CONSTANT)
            .map(argument -> argument.constant().stringValue())
            .toList();
    for (String pattern : patterns) {
      try {
        RUNTIME.createProgram(MATCH).eval(name -> Optional.of(pattern));
      } catch (CelEvaluationException e) {
        throw refused(reason(e));
      }
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
    Matcher qualified = QUALIFIED.matcher(rest);
    String field = qualified.lookingAt() ? qualified.group(1) : null;
    List<String> fields = Variable.fieldsOf(name);
    if (fields.isEmpty()) {
      return Words.unknown("name", name, Variable.ALL.keySet());
    }
    return field == null
        ? name + " needs a field (known: " + String.join(", ", fields) + ")"
        : Words.unknown(name + " field", field, fields);
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

  static String reason(Exception e) {
    String message = WHERE.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    return Words.oneLine(message, LONGEST_MESSAGE);
  }

  private static ExpressionException refused(String message) {
    return new ExpressionException(List.of(new Problem(1, message)));
  }
}
