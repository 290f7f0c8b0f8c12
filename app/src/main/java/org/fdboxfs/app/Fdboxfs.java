package org.fdboxfs.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.fdboxfs.app.policy.PolicyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code fdboxfs} command. */
@Command(
    name = "fdboxfs",
    header = "A filesystem whose files are preserved file descriptors.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Fdboxfs.Version.class,
    footer = {
      "",
      "A first session:",
      "  fdboxfs mount /run/box && mkdir /run/box/vm1",
      "  ln -s /proc/self/fd/5 /run/box/vm1/ram     puts the shell's descriptor 5",
      "  fdboxfs ls",
      "",
      "fdboxfs NAME MOUNTPOINT -o OPTIONS is what mount -t fuse.fdboxfs calls."
    })
public final class Fdboxfs implements Runnable {
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("mount", MountCommand.class);
    COMMANDS.put("umount", UmountCommand.class);
    COMMANDS.put("ls", LsCommand.class);
    COMMANDS.put("top", TopCommand.class);
    COMMANDS.put("report", ReportCommand.class);
    COMMANDS.put("put", PutCommand.class);
    COMMANDS.put("take", TakeCommand.class);
    COMMANDS.put("run", RunCommand.class);
    COMMANDS.put("explain", ExplainCommand.class);
    COMMANDS.put("policy", PolicyCommand.class);
    COMMANDS.put("seal", SealCommand.class);
    COMMANDS.put("unseal", UnsealCommand.class);
    COMMANDS.put("compare", CompareCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("warm-up", WarmUpCommand.class);
  }

  /** Everything was as asked. */
  static final int OK = 0;

  /** It could not be done. */
  static final int FAILED = 1;

  /** It was not understood. */
  static final int USAGE = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs a command; its exit status is that of the process. */
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    int status = run(List.of(args), out, err);
    out.flush();
    err.flush();
    // Not Runtime.exit alone: a thread that is left over must not keep the command alive.
    System.exit(status);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /**
   * Runs a command.
   *
   * @return the exit status
   */
  static int run(List<String> args, PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new Fdboxfs());
    commands(args).forEach(line::addSubcommand);
    CommandLine policy = line.getSubcommands().get("policy");
    if (policy != null) {
      PolicyCommand.commands(args, ExplainCommand.class).forEach(policy::addSubcommand);
    }
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setParameterExceptionHandler((failure, ignored) -> usage(failure));
    line.setExecutionExceptionHandler((failure, command, ignored) -> failed(failure, command));
    return line.execute(args.toArray(String[]::new));
  }

  /** The one that is meant, for to look at them all takes longer than what most of them do. */
  private static Collection<Class<?>> commands(List<String> args) {
    Class<?> meant = args.isEmpty() ? null : COMMANDS.get(args.get(0));
    return meant == null ? COMMANDS.values() : List.of(meant);
  }

  /** The names of all commands. */
  static Collection<String> commands() {
    return COMMANDS.keySet();
  }

  private static int usage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String message = oneLine(UsageText.of(failure));
    command.getErr().println(name + ": " + message + " (see " + name + " --help)");
    command.getErr().flush();
    return USAGE;
  }

  private static int failed(Exception failure, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + text(failure));
    command.getErr().flush();
    return failure instanceof Failure known ? known.status() : FAILED;
  }

  private static String text(Exception failure) {
    if (failure instanceof Failure) {
      return String.valueOf(failure.getMessage());
    }
    if (failure instanceof IOException io) {
      return oneLine(Failure.text(io));
    }
    // A bug of ours; its trace would help nobody who only wants to mount something.
    return "internal error: " + oneLine(failure.toString());
  }

  private static String oneLine(String text) {
    return text.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: mount, umount, ls, ...");
  }

  /** The version that the build was made with. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"fdboxfs " + text()};
    }

    static String text() throws IOException {
      Properties properties = new Properties();
      try (InputStream file = Fdboxfs.class.getResourceAsStream("version.properties")) {
        if (file != null) {
          properties.load(file);
        }
      }
      return properties.getProperty("version", "unknown");
    }
  }
}
