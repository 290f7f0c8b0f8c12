package org.fdboxfs.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.host.Credentials;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code fdboxfs mount}. Going to the background is the launcher's part, for a JVM cannot fork: it
 * waits for the line that {@link Readiness} writes.
 */
@Command(
    name = "mount",
    header = "Mount a box filesystem; returns as soon as it can be used.",
    footer = {
      "",
      "Options for -o:",
      "  policy=FILE|MODEL    rules to start with, instead of the defaults; the models are",
      "                       posix, fdbox, luo, systemd, s6, plan9 and bpffs",
      "  keeper=none          what else holds the descriptors: nothing, so far",
      "  notify_box=NAME      the box for descriptors that notifications name without one",
      "  chardev[=yes|no]     the same as --chardev",
      "  threads=N            how many threads take requests, 1 to 64",
      "  allow_other[=yes|no] whether other users may use it; on for root",
      "  passthrough=yes|no   whether the kernel may reach memory by itself; yes",
      "  log=FILE             keep a log there, of 16 MB at most",
      "  ro, debug, ...       everything else is handed to FUSE as it is"
    })
final class MountCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--foreground"},
      description = "Stay in front; ^C unmounts.")
  private boolean foreground;

  @Option(
      names = "--chardev",
      description = "Serve /dev/fdbox as well, and .fdbox/chardev of the mount.")
  private boolean chardev;

  @Option(
      names = "-o",
      paramLabel = "OPTION[,OPTION...]",
      description = "See below; may be repeated.")
  private List<String> options = new ArrayList<>();

  /** The NAME of the mount(8) form; the launcher turns that form into this option. */
  @Option(names = "--source", hidden = true)
  private String source = "fdboxfs";

  @Parameters(paramLabel = "MOUNTPOINT", description = "An empty directory.")
  private String mountpoint = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    MountOptions parsed = parseOptions();
    Credentials own = Credentials.own();
    DaemonConfig config =
        new MountChecks(own, Wiring.policyCheck()).check(mountpoint, source, parsed, foreground);
    config
        .logFile()
        .ifPresentOrElse(LogTarget::set, () -> LogTarget.terminal(Readiness.inBackground()));
    return Daemon.run(config, new Readiness(spec.commandLine().getErr()));
  }

  private MountOptions parseOptions() {
    try {
      List<String> all = new ArrayList<>(options);
      if (chardev) {
        all.add("chardev");
      }
      return MountOptions.parse(all);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
