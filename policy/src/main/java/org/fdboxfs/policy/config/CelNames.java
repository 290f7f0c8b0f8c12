package org.fdboxfs.policy.config;

import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * {@code user('alice')} and {@code group('vmm')} in expressions. They are numbers by the time the
 * expression is checked, so that they cost nothing later and a name that is not there is said when
 * the file is read, not at the first request.
 */
final class CelNames {
  private CelNames() {}

  /** The functions as macros, which replace a call while the text is parsed. */
  static List<CelMacro> macros(AccountNames names) {
    return List.of(macro("user", names::uid), macro("group", names::gid));
  }

  @SuppressWarnings("Immutable") // an expander of one compilation, which nobody else uses
  private static CelMacro macro(String what, Function<String, OptionalLong> ids) {
    return CelMacro.newGlobalMacro(
        what,
        1,
        (factory, target, arguments) -> {
          CelExpr argument = arguments.get(0);
          if (!isText(argument)) {
            return refused(
                factory, argument, what + "() takes the name of a " + what + " in quotes");
          }
          String text = argument.constant().stringValue();
          OptionalLong id = ids.apply(text);
          return id.isPresent()
              ? Optional.of(factory.newIntLiteral(id.getAsLong()))
              : refused(factory, argument, "there is no " + what + " " + Words.quoted(text));
        });
  }

  private static boolean isText(CelExpr argument) {
    return argument.getKind() == ExprKind.Kind.CONSTANT
        && argument.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  private static Optional<CelExpr> refused(
      CelMacroExprFactory factory, CelExpr at, String message) {
    return Optional.of(
        factory.reportError(CelIssue.formatError(factory.getSourceLocation(at), message)));
  }
}
