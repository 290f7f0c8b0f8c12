package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.MountTable.Mount;
import org.fdboxfs.app.status.Listing;
import org.fdboxfs.app.status.MountStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs ls}. */
@Command(
    name = "ls",
    header = "Show what is preserved, who owns it and who holds claims on it.",
    description =
        "Without PATH: the mount around the working directory, else all mounts. Box rows are the"
            + " sum of their entries; group rows say how their members open.")
final class LsCommand implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON object a line and mount.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A mount, a box, or something in it.")
  private @Nullable String path;

  @Spec private CommandSpec spec = CommandSpec.create();

  private int shown;

  @Override
  public Integer call() throws IOException {
    if (path == null) {
      return showMounts(mounts());
    }
    Place place = MountPaths.find(path);
    if (!place.inside().isEmpty() && !Files.exists(place.mountpoint().resolve(place.inside()))) {
      throw new Failure(path + ": no such box or entry");
    }
    show(place.mountpoint(), place.inside());
    return Fdboxfs.OK;
  }

  private static List<Mount> mounts() throws IOException {
    MountTable table = MountTable.read();
    Path here = Path.of("").toAbsolutePath();
    return table
        .containing(here.toString())
        .filter(Mount::isFdboxfs)
        .map(List::of)
        .orElseGet(table::fdboxfs);
  }

  /** Shows all that answer: one dead daemon must not hide the other mounts. */
  private int showMounts(List<Mount> mounts) {
    PrintWriter err = spec.commandLine().getErr();
    if (mounts.isEmpty()) {
      err.println("fdboxfs ls: nothing is mounted (fdboxfs mount MOUNTPOINT)");
    }
    int exit = Fdboxfs.OK;
    for (Mount mount : mounts) {
      try {
        show(mount.path(), "");
      } catch (IOException e) {
        err.println("fdboxfs ls: " + mount.mountpoint() + ": " + Failure.reason(e));
        exit = Fdboxfs.FAILED;
      }
    }
    return exit;
  }

  private void show(Path mountpoint, String inside) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(MountStatus.json(mountpoint, inside));
      return;
    }
    MountStatus status =
        inside.isEmpty() ? MountStatus.of(mountpoint) : MountStatus.of(mountpoint, inside);
    if (shown++ > 0) {
      out.println();
    }
    new Listing(Accounts.ofThisMachine()).lines(status).forEach(out::println);
  }
}
