package org.fdboxfs.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.client.Access;
import org.fdboxfs.client.Descriptor;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs take}. */
@Command(
    name = "take",
    header = "Run a command with what is in an entry as one of its descriptors.",
    customSynopsis = "fdboxfs take [--fd=N] [--move] [--access=ACCESS] BOX/NAME -- CMD [ARG...]%n",
    description = {
      "The command replaces this one: it has its process id, and its exit status is the result.",
      "126: it cannot be run; 127: there is none of that name."
    })
final class TakeCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "BOX/NAME", description = "The entry.")
  private String path = "";

  @Parameters(index = "1..*", paramLabel = "CMD", description = "Behind --: what to run.")
  private List<String> command = new ArrayList<>();

  @Option(
      names = "--fd",
      paramLabel = "N",
      description = "The number that it gets; 0, standard input, if none is given.")
  private int number;

  @Option(names = "--move", description = "Take the entry out of the box.")
  private boolean move;

  @Option(
      names = "--access",
      paramLabel = "ACCESS",
      description =
          "read, write or read-write; without it, what it was opened for when it was put.")
  private @Nullable String access;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Place place = MountPaths.findEntry(path);
    Successor successor = Successor.find(spec);
    successor.replacement().checkNumber(number);
    try (Exchange exchange = MountPaths.connect(place);
        Descriptor taken = take(exchange, place.inside())) {
      successor.replacement().give(taken.duplicate(), number);
      try {
        successor.become(successor.environment());
      } catch (Failure e) {
        putBack(exchange, place.inside(), taken, e);
      }
    }
    return Fdboxfs.FAILED;
  }

  /** What was moved out for a command that cannot be run after all must not be lost. */
  private void putBack(Exchange exchange, String name, Descriptor taken, Failure reason) {
    if (!move) {
      throw reason;
    }
    try {
      exchange.put(name, taken);
    } catch (FdBoxException e) {
      throw new Failure(
          reason.getMessage() + "; " + path + " is gone, it cannot be put back: " + e.why(),
          reason.status());
    }
    throw reason;
  }

  private void checkUsage() {
    if (command.size() != Successor.words(spec)) {
      boolean none = command.size() < Successor.words(spec);
      throw usage(none ? "BOX/NAME is missing" : "one argument too many: " + command.get(0));
    }
    if (number < 0) {
      throw usage("--fd " + number + ": must not be negative");
    }
    if (access != null) {
      wanted();
    }
  }

  private Access wanted() {
    return Arrays.stream(Access.values())
        .filter(each -> each.word().equals(access))
        .findFirst()
        .orElseThrow(() -> usage("--access " + access + ": must be read, write or read-write"));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Descriptor take(Exchange exchange, String name) {
    try {
      if (access == null) {
        return move ? exchange.move(name) : exchange.take(name);
      }
      return move ? exchange.move(name, wanted()) : exchange.take(name, wanted());
    } catch (FdBoxException e) {
      throw Failure.refused(path, e);
    }
  }
}
