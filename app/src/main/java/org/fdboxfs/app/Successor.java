package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fdboxfs.app.host.Origin;
import org.fdboxfs.client.FdBoxException;
import org.fdboxfs.client.Replacement;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The command behind {@code --}, which this process becomes. */
final class Successor {
  private static final int NOT_RUN = 126;
  private static final int NOT_FOUND = 127;
  private static final int ENOENT = 2;

  private final String name;
  private final List<byte[]> environment;
  private final Replacement replacement;

  private Successor(String name, List<byte[]> environment, Replacement replacement) {
    this.name = name;
    this.environment = environment;
    this.replacement = replacement;
  }

  /** How many words stand behind {@code --}. */
  static int words(CommandSpec spec) {
    List<String> all = spec.root().commandLine().getParseResult().originalArgs();
    int dashes = all.indexOf("--");
    if (dashes < 0 || dashes == all.size() - 1) {
      throw new ParameterException(spec.commandLine(), "the command is missing: -- CMD [ARG...]");
    }
    return all.size() - dashes - 1;
  }

  /**
   * Finds it, before anything is taken for it.
   *
   * @throws Failure with the status of env(1): 127 there is none, 126 it cannot be run
   */
  static Successor find(CommandSpec spec) throws IOException {
    Origin origin = Origin.ofThisProcess().orElseThrow(Successor::withoutLauncher);
    List<byte[]> environment = origin.environment();
    List<byte[]> command = Origin.lastArguments(words(spec));
    String name = new String(command.get(0), StandardCharsets.UTF_8);
    try {
      Replacement replacement = Replacement.find(command, environment, origin.before());
      return new Successor(name, environment, replacement);
    } catch (FdBoxException e) {
      throw cannotRun(name, e, e.errno() == ENOENT ? NOT_FOUND : NOT_RUN);
    }
  }

  static Failure withoutLauncher() {
    return new Failure("it was not started by its launcher, bin/fdboxfs");
  }

  Replacement replacement() {
    return replacement;
  }

  /** The environment of the caller. */
  List<byte[]> environment() {
    return environment;
  }

  /**
   * Does not return, but for a failure.
   *
   * @throws Failure with the status of env(1)
   */
  void become(List<byte[]> itsEnvironment) {
    try {
      replacement.become(itsEnvironment);
    } catch (FdBoxException e) {
      throw cannotRun(name, e, NOT_RUN);
    }
  }

  private static Failure cannotRun(String name, FdBoxException e, int status) {
    return new Failure(name + ": " + Failure.lowerFirst(e.why()), status);
  }
}
