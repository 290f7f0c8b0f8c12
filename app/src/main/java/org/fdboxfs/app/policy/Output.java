package org.fdboxfs.app.policy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fdboxfs.app.Failure;
import org.fdboxfs.report.HtmlRenderer;
import org.fdboxfs.report.MarkdownRenderer;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.TextRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that make a report. */
final class Output {
  private static final int WIDTH = 100;
  private static final int NARROWEST = 40;
  private static final List<String> FORMATS = List.of("text", "markdown", "html");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), markdown or html, a page that is complete in itself.")
  private String format = "text";

  @Option(names = "--output", paramLabel = "FILE", description = "Write there instead.")
  private @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /** Refuses a format that is not known, before anything else is done. */
  void check() {
    if (!FORMATS.contains(format)) {
      throw new ParameterException(
          spec.commandLine(),
          "--format " + format + ": must be one of " + String.join(", ", FORMATS));
    }
  }

  /**
   * Writes a report.
   *
   * @throws Failure the file cannot be written
   */
  void write(Report report) {
    String text =
        switch (format) {
          case "markdown" -> new MarkdownRenderer().render(report);
          case "html" -> new HtmlRenderer().render(report);
          default -> new TextRenderer(width(), false).render(report);
        };
    if (file == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
      return;
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new Failure(file + ": " + Failure.reason(e));
    }
  }

  /** As wide as the shell says, if it does. */
  private static int width() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[0-9]{2,4}")
        ? Math.max(NARROWEST, Integer.parseInt(columns))
        : WIDTH;
  }
}
