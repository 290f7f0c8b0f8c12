package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.fdboxfs.app.ReportOutput.Format;
import org.fdboxfs.app.doctor.Diagnosis;
import org.fdboxfs.app.doctor.Finding;
import org.fdboxfs.app.doctor.ThisMachine;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.Metrics;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountReport;
import org.fdboxfs.app.status.MountStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fdboxfs report}. */
@Command(
    name = "report",
    header = "Write down all about a mount: as text, Markdown or one HTML page.",
    description =
        "Boxes, entries, claims and who holds them, groups, refusals with their reasons, counters,"
            + " the policy and the machine, as far as you may see them. The page needs nothing but"
            + " itself and may be sent to others: it names users, processes and entries.")
final class ReportCommand implements Callable<Integer> {
  /** Shorter ways to say the format. */
  static final class Form {
    @Option(names = "--html", description = "One HTML page.")
    private boolean html;

    @Option(names = "--markdown", description = "Markdown.")
    private boolean markdown;
  }

  @ArgGroup private Form form = new Form();

  @Mixin private ReportOutput output = new ReportOutput();

  @Parameters(
      arity = "0..1",
      paramLabel = "MOUNTPOINT",
      description = "Default: the mount around the working directory, or the only one.")
  private @Nullable String mountpoint;

  @Override
  public Integer call() throws IOException {
    Path mount = MountPaths.mount(mountpoint);
    output.write(MountReport.of(facts(mount), Accounts.ofThisMachine()), format());
    return Fdboxfs.OK;
  }

  private Format format() {
    if (form.html) {
      return Format.HTML;
    }
    return form.markdown ? Format.MARKDOWN : output.chosen();
  }

  private static MountReport.Facts facts(Path mount) throws IOException {
    return new MountReport.Facts(
        MountStatus.of(mount),
        MountEvent.denials(mount),
        Metrics.counters(mount),
        Files.readString(mount.resolve(".fdbox/policy"), StandardCharsets.UTF_8),
        Finding.table(new Diagnosis(new ThisMachine()).findings()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
