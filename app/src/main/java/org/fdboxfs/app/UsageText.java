package org.fdboxfs.app;

import java.util.List;
import java.util.Map;
import org.fdboxfs.policy.config.Words;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was wrong with a command line, in words that do not speak of the parser. */
final class UsageText {
  private static final String ERROR = "Error: "; // what picocli says before some of them

  private UsageText() {}

  static String of(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unexpected(unmatched);
    }
    if (failure instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      return first instanceof OptionSpec option
          ? option(option, missing)
          : first.paramLabel() + " is missing";
    }
    String text = String.valueOf(failure.getMessage());
    return Failure.lowerFirst(text.startsWith(ERROR) ? text.substring(ERROR.length()) : text);
  }

  private static String option(OptionSpec option, MissingParameterException failure) {
    boolean absent = String.valueOf(failure.getMessage()).startsWith("Missing required option");
    return option.longestName()
        + (absent
            ? "=" + option.paramLabel() + " is missing"
            : " needs a value, " + option.paramLabel());
  }

  private static String unexpected(UnmatchedArgumentException failure) {
    List<String> rest = failure.getUnmatched();
    String first = rest.isEmpty() ? "" : rest.get(0);
    CommandLine command = failure.getCommandLine();
    if (first.startsWith("-")) {
      String name = first.replaceFirst("=.*", "");
      return "there is no option " + first + meant(name, command.getCommandSpec().optionsMap());
    }
    Map<String, CommandLine> commands = command.getSubcommands();
    return commands.isEmpty()
        ? "one argument too many: " + first
        : "there is no command " + first + meant(first, commands);
  }

  private static String meant(String word, Map<String, ?> known) {
    String closest = Words.closest(word, known.keySet());
    return closest == null ? "" : " (did you mean " + closest + "?)";
  }
}
