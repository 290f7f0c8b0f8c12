package org.fdboxfs.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.app.host.Origin;
import org.fdboxfs.client.Descriptor;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fdboxfs put}. */
@Command(
    name = "put",
    header = "Put a descriptor into a box, also where ln -s may not.",
    footer = {
      "",
      "The shell gives the descriptor to the command:",
      "  fdboxfs put /run/box/vm1/ram --fd 5 5<>FILE     one that it opens for it",
      "  fdboxfs put vm1/ram --fd 5                      one that it has open itself",
      "",
      "vm1/ram is on the mount, if there is one only."
    })
final class PutCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BOX/NAME", description = "The name that it gets.")
  private String path = "";

  @Option(
      names = "--fd",
      required = true,
      paramLabel = "N",
      description = "The number of the descriptor.")
  private int number;

  @Override
  public Integer call() throws IOException {
    Origin origin = Origin.ofThisProcess().orElseThrow(Successor::withoutLauncher);
    // The JVM has files of its own open, which nobody wants to put.
    if (!origin.inherited().contains(number)) {
      throw new Failure(
          "no descriptor "
              + number
              + " was given to this command (such as by "
              + number
              + "<>FILE)");
    }
    Place place = MountPaths.findEntry(path);
    try (Exchange exchange = MountPaths.connect(place)) {
      put(exchange, place.inside());
    }
    return Fdboxfs.OK;
  }

  private void put(Exchange exchange, String name) {
    try {
      exchange.put(name, Descriptor.adopt(number));
    } catch (FdBoxException e) {
      throw Failure.refused(path, e);
    }
  }
}
