package org.fdboxfs.app.policy;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy}: a group of commands. */
@Command(
    name = "policy",
    header = "Try policies without a mount and without root: what they say, and to whom.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A model is a policy file, or the name of one that came with fdboxfs: see fdboxfs policy check"
    })
public final class PolicyCommand implements Runnable {
  private static final String EXPLAIN = "explain";
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("check", CheckCommand.class);
    COMMANDS.put(EXPLAIN, ExplainStepCommand.class);
    COMMANDS.put("simulate", SimulateCommand.class);
    COMMANDS.put("compare", CompareCommand.class);
    COMMANDS.put("explore", ExploreCommand.class);
    COMMANDS.put("replay", ReplayCommand.class);
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * The command that is meant, or all of them where that cannot be told.
   *
   * @param args of the program, {@code policy} the first
   * @param explain explains requests to a mount, where no step of a scenario is given
   */
  public static Collection<Class<?>> commands(List<String> args, Class<?> explain) {
    Class<?> meant = args.size() < 2 ? null : COMMANDS.get(args.get(1));
    if (meant == null) {
      return COMMANDS.values();
    }
    boolean step = args.stream().anyMatch(arg -> arg.equals("--step") || arg.startsWith("--step="));
    return List.of(args.get(1).equals(EXPLAIN) && !step ? explain : meant);
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: " + String.join(", ", COMMANDS.keySet()));
  }
}
