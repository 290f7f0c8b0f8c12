package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.fdboxfs.app.doctor.Diagnosis;
import org.fdboxfs.app.doctor.Finding;
import org.fdboxfs.app.doctor.ThisMachine;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.host.Screen;
import org.fdboxfs.app.status.Metrics;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountReport;
import org.fdboxfs.app.status.MountStatus;
import org.fdboxfs.report.HtmlRenderer;
import org.fdboxfs.report.MarkdownRenderer;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.TextRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs report}. */
@Command(
    name = "report",
    header = "Write down all about a mount: as text, Markdown or one HTML page.",
    description =
        "Boxes, entries, claims and who holds them, groups, refusals with their reasons, counters,"
            + " the policy and the machine, as far as you may see them. The page needs nothing but"
            + " itself and may be sent to others: it names users, processes and entries.")
final class ReportCommand implements Callable<Integer> {
  /** Which form; text without one. */
  static final class Form {
    @Option(names = "--html", description = "One HTML page.")
    private boolean html;

    @Option(names = "--markdown", description = "Markdown.")
    private boolean markdown;
  }

  @ArgGroup private Form form = new Form();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Write FILE instead of to standard output; one that is there is replaced when the new"
              + " one is complete, and keeps its mode.")
  private @Nullable String output;

  @Parameters(
      arity = "0..1",
      paramLabel = "MOUNTPOINT",
      description = "Default: the mount around the working directory, or the only one.")
  private @Nullable String mountpoint;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path mount = MountPaths.mount(mountpoint);
    String text = text(MountReport.of(facts(mount), Accounts.ofThisMachine()));
    if (output == null) {
      spec.commandLine().getOut().print(text);
    } else {
      OutputFile.write(output, text);
    }
    return Fdboxfs.OK;
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

  private String text(Report report) {
    if (form.html) {
      return new HtmlRenderer().render(report);
    }
    if (form.markdown) {
      return new MarkdownRenderer().render(report);
    }
    Screen screen = output == null ? Screen.ofThisProcess() : Screen.NONE;
    return new TextRenderer(screen.width(), screen.colour()).render(report);
  }
}
