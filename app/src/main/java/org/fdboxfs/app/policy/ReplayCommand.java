package org.fdboxfs.app.policy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fdboxfs.app.Failure;
import org.fdboxfs.app.ReportOutput;
import org.fdboxfs.app.policy.BoundedLines.BadLine;
import org.fdboxfs.app.policy.Models.Model;
import org.fdboxfs.policy.Event;
import org.fdboxfs.policy.experiment.trace.Replay;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs policy replay}. */
@Command(
    name = "replay",
    header = "Decide recorded events again under other models, and show what would differ.",
    description =
        "Record with: cat MOUNTPOINT/.fdbox/events > TRACE. Each decision is judged in the world as"
            + " it was recorded. Exit status 1 when lines could not be understood.")
final class ReplayCommand implements Callable<Integer> {
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int MOST_LINES = 2_000_000;
  private static final int BAD_LINES_SHOWN = 20;

  @Parameters(paramLabel = "TRACE", description = "Lines of .fdbox/events; - for standard input.")
  private String trace = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      required = true,
      description = "A policy file or the name of a model; may be repeated.")
  private List<String> words = new ArrayList<>();

  @Mixin private ReportOutput output = new ReportOutput();

  @Spec private CommandSpec spec = CommandSpec.create();

  private int badLines;

  @Override
  public Integer call() {
    output.check();
    Models models = new Models(Share.directory("models"));
    List<Model> chosen = words.stream().map(models::read).toList();
    ReplayReport report = new ReplayReport(chosen.stream().map(Model::name).toList());
    Replay replay = new Replay(chosen.stream().map(Model::settings).toList());
    try (InputStream source = open()) {
      read(new BoundedLines(source, LONGEST_LINE), replay, report);
    } catch (IOException e) {
      throw new Failure(trace + ": " + Failure.reason(e));
    }
    output.write(report.report(trace));
    if (badLines > BAD_LINES_SHOWN) {
      complain("and " + (badLines - BAD_LINES_SHOWN) + " more lines that are not understood");
    }
    return badLines == 0 ? 0 : 1;
  }

  private InputStream open() throws IOException {
    if (trace.isEmpty()) {
      throw new Failure("the name of a trace is empty");
    }
    if (!trace.equals("-") && Files.isDirectory(Path.of(trace))) {
      throw new Failure(trace + ": is a directory");
    }
    return new BufferedInputStream(
        trace.equals("-") ? System.in : Files.newInputStream(Path.of(trace)));
  }

  private void read(BoundedLines lines, Replay replay, ReplayReport report) throws IOException {
    while (true) {
      try {
        String line = lines.next();
        if (line == null) {
          return;
        }
        if (lines.number() > MOST_LINES) {
          throw new Failure(trace + ": longer than " + MOST_LINES + " lines");
        }
        Event event = line.isBlank() ? null : event(line);
        if (event != null) {
          report.add(event, replay.next(event));
        }
      } catch (BadLine e) {
        badLines++;
        if (badLines <= BAD_LINES_SHOWN) {
          complain(trace + ":" + lines.number() + ": " + e.getMessage());
        }
      }
    }
  }

  private static @Nullable Event event(String line) throws BadLine {
    Optional<Event> event = TraceLine.read(line);
    return event.orElse(null);
  }

  private void complain(String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("fdboxfs policy replay: " + what);
    err.flush();
  }
}
