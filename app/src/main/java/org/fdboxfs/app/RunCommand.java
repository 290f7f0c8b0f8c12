package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.app.host.Origin;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
import org.fdboxfs.client.Listed;
import org.fdboxfs.client.Taken;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs run}. */
@Command(
    name = "run",
    header = "Run a command with what is in a box, as sd_listen_fds(3) wants it.",
    customSynopsis = "fdboxfs run BOX [NAME...] -- CMD [ARG...]%n",
    description = {
      "The entries are descriptors 3, 4, ... of the command; LISTEN_FDS says how many there are,"
          + " LISTEN_FDNAMES what they are called. Without NAME: all entries of the box, in the order"
          + " of a listing; of a group's directory all members, in the order of their dependencies.",
      "The command replaces this one: it has its process id, and its exit status is the result.",
      "126: it cannot be run; 127: there is none of that name."
    })
final class RunCommand implements Callable<Integer> {
  private static final int FIRST = 3;
  private static final int AT_ONCE = 253;
  private static final int EISDIR = 21;
  private static final List<String> VARIABLES =
      List.of("LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID", "LISTEN_PIDFDID");

  @Parameters(index = "0", paramLabel = "BOX", description = "A box, or a directory in one.")
  private String path = "";

  @Parameters(
      index = "1..*",
      paramLabel = "NAME",
      description = "Entries, by their paths in BOX; then -- and what to run.")
  private List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    int names = words.size() - Successor.words(spec);
    if (names < 0) {
      throw new ParameterException(spec.commandLine(), "BOX is missing");
    }
    Place place = MountPaths.findEntry(path);
    Successor successor = Successor.find(spec);
    List<Taken> taken = taken(MountPaths.connect(place), place, words.subList(0, names));
    int number = FIRST;
    for (Taken each : taken) {
      successor.replacement().give(each.descriptor(), number++);
    }
    successor.become(environment(successor, place, taken));
    return Fdboxfs.FAILED;
  }

  private List<Taken> taken(Exchange exchange, Place place, List<String> names) {
    try {
      return take(exchange, place, names);
    } catch (FdBoxException e) {
      throw Failure.refused(path, e);
    }
  }

  private List<Taken> take(Exchange exchange, Place place, List<String> names)
      throws FdBoxException {
    if (!names.isEmpty()) {
      return take(exchange, names.stream().map(name -> place.inside() + "/" + name).toList());
    }
    try {
      // A directory that is no group says so: nothing else is needed to tell one from the other.
      return exchange.takeAll(place.inside()).members();
    } catch (FdBoxException e) {
      if (e.errno() != EISDIR) {
        throw e;
      }
      return take(exchange, entries(exchange, place));
    }
  }

  private static List<Taken> take(Exchange exchange, List<String> names) throws FdBoxException {
    List<Taken> taken = new ArrayList<>();
    for (int start = 0; start < names.size(); start += AT_ONCE) {
      int end = Math.min(names.size(), start + AT_ONCE);
      taken.addAll(exchange.take(names.subList(start, end)).members());
    }
    return taken;
  }

  private List<String> entries(Exchange exchange, Place place) throws FdBoxException {
    List<String> names = new ArrayList<>();
    for (Listed each : exchange.list(place.inside())) {
      if (!each.isDirectory()) {
        names.add(each.name());
      }
    }
    if (names.isEmpty()) {
      throw new Failure(path + " has no entries");
    }
    return names;
  }

  private static List<byte[]> environment(Successor successor, Place place, List<Taken> taken) {
    List<byte[]> environment = Origin.without(successor.environment(), VARIABLES);
    environment.add(variable("LISTEN_FDS", Integer.toString(taken.size())));
    environment.add(variable("LISTEN_FDNAMES", names(place, taken)));
    environment.add(variable("LISTEN_PID", Long.toString(ProcessHandle.current().pid())));
    return environment;
  }

  private static byte[] variable(String name, String value) {
    return (name + "=" + value).getBytes(StandardCharsets.US_ASCII);
  }

  /** As they are called in the box, separated by colons. */
  private static String names(Place place, List<Taken> taken) {
    int prefix = place.inside().length() + 1;
    StringBuilder names = new StringBuilder();
    for (Taken each : taken) {
      names.append(names.isEmpty() ? "" : ":").append(listenName(each.name().substring(prefix)));
    }
    return names.toString();
  }

  /** What systemd does not allow in such a name, and the percent sign itself, as %XX. */
  static String listenName(String name) {
    StringBuilder text = new StringBuilder();
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      if (each < ' ' || each >= 0x7f || each == ':' || each == '%') {
        text.append('%').append(hex(each >> 4)).append(hex(each));
      } else {
        text.append((char) each);
      }
    }
    return text.toString();
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit & 0xf);
  }
}
