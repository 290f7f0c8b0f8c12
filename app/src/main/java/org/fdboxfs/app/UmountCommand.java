package org.fdboxfs.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.fdboxfs.app.host.Credentials;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.Processes;
import org.fdboxfs.app.host.Unmounter;
import org.fdboxfs.app.status.MountStatus;
import org.fdboxfs.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs umount}. */
@Command(
    name = "umount",
    header = "Unmount, and wait until the daemon has ended.",
    description = "Whatever is in the boxes and held by nobody else is gone then.")
final class UmountCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A lazily detached mount ends with its last user, which may be far away. */
  private static final Duration LAZY_PATIENCE = Duration.ofSeconds(1);

  private static final int HOLDERS_SHOWN = 3;

  @Option(
      names = {"-l", "--lazy"},
      description = "Detach now, also when it is in use; the rest follows with the last user.")
  private boolean lazy;

  @Parameters(paramLabel = "MOUNTPOINT", description = "Where an fdboxfs is mounted.")
  private String mountpoint = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Processes processes = Processes.ofThisMachine();

  @Override
  public Integer call() throws IOException {
    Path directory = MountPaths.resolve(mountpoint);
    MountTable.Mount mount =
        MountTable.read()
            .fdboxfsAt(directory.toString())
            .orElseThrow(() -> new Failure(mountpoint + " is not an fdboxfs mount"));
    Optional<MountStatus> status = status(mount);
    // Before it is unmounted: the daemon is there, and no other process has its number.
    Optional<DaemonEnd> end = status.flatMap(known -> DaemonEnd.of(known.pid(), processes));
    unmount(directory, status);
    end.ifPresent(this::waitFor);
    return Fdboxfs.OK;
  }

  private static Optional<MountStatus> status(MountTable.Mount mount) {
    try {
      return Optional.of(MountStatus.of(mount.path()));
    } catch (AccessDeniedException e) {
      return statusForItsUser(mount);
    } catch (IOException e) {
      return Optional.empty(); // a dead daemon: nobody is there to be waited for
    }
  }

  private static Optional<MountStatus> statusForItsUser(MountTable.Mount mount) {
    OptionalLong uid = mount.number("user_id");
    OptionalLong gid = mount.number("group_id");
    if (uid.isEmpty() || gid.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(MountStatus.asUser(uid.getAsLong(), gid.getAsLong(), mount.path()));
    } catch (IOException e) {
      return Optional.empty(); // not ours to wait for
    }
  }

  private void unmount(Path directory, Optional<MountStatus> status) throws IOException {
    // A dead mount may still be somebody's working directory: it goes all the same.
    boolean detach = lazy || !MountPaths.answers(directory);
    Unmounter.Answer answer =
        new Unmounter(Credentials.own().isRoot()).unmount(directory.toString(), detach);
    switch (answer.outcome()) {
      case DONE -> {}
      case BUSY -> throw new Failure(busy(directory, status));
      case FAILED -> throw new Failure(answer.text());
    }
  }

  private String busy(Path directory, Optional<MountStatus> status) {
    List<String> holders = new ArrayList<>();
    status.ifPresent(known -> addClaims(holders, known));
    if (holders.isEmpty()) {
      processes
          .usersOf(directory, HOLDERS_SHOWN + 1)
          .forEach(user -> holders.add("in use by " + user));
    }
    String who =
        holders.isEmpty() ? "" : ": " + String.join("; ", holders.subList(0, shown(holders)));
    String more = holders.size() > HOLDERS_SHOWN ? "; and more" : "";
    return directory + " is busy" + who + more + " (--lazy detaches it at once)";
  }

  private static int shown(List<String> holders) {
    return Math.min(holders.size(), HOLDERS_SHOWN);
  }

  private static void addClaims(List<String> holders, MountStatus status) {
    for (MountStatus.Box box : status.boxes()) {
      for (MountStatus.Entry entry : box.entries()) {
        String name = Printable.of(box.name() + "/" + entry.path());
        entry
            .claimants()
            .forEach(claimant -> holders.add(name + " is open in " + claimant.label()));
      }
    }
  }

  private void waitFor(DaemonEnd end) {
    boolean ended;
    try (end) {
      ended = end.await(lazy ? LAZY_PATIENCE : PATIENCE);
    }
    if (ended) {
      return;
    }
    if (!lazy) {
      throw new Failure("unmounted, but the daemon (" + end.pid() + ") has not ended");
    }
    spec.commandLine()
        .getOut()
        .println("detached; the daemon (" + end.pid() + ") ends with the last user of the mount");
  }
}
