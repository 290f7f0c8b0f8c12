package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fdboxfs.app.host.Screen;
import org.fdboxfs.report.HtmlRenderer;
import org.fdboxfs.report.MarkdownRenderer;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.TextRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of commands that make a report. */
public final class ReportOutput {
  enum Format {
    TEXT,
    MARKDOWN,
    HTML
  }

  @Option(
      names = "--format",
      paramLabel = "text|markdown|html",
      description = "What to write; text, or what the name of the file says.")
  private @Nullable Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Where to write it, instead of to standard output; a file that is there is replaced when"
              + " the new one is complete, and keeps its mode.")
  private @Nullable String file;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /**
   * Looks whether the file can be written, before minutes are spent and not after.
   *
   * @throws Failure when it cannot
   */
  public void check() {
    if (file == null) {
      return;
    }
    Path path = Path.of(file).toAbsolutePath();
    Path directory = path.getParent();
    boolean replaceable = directory != null && Files.isWritable(directory);
    boolean special = Files.exists(path) && !Files.isRegularFile(path);
    if (file.isEmpty() || Files.isDirectory(path) || !(replaceable || special)) {
      throw new Failure((file.isEmpty() ? "a file without a name" : file) + ": cannot be written");
    }
  }

  /**
   * Writes a report.
   *
   * @throws Failure when the file cannot be written
   */
  public void write(Report report) {
    write(report, chosen());
  }

  void write(Report report, Format chosen) {
    Screen screen = file == null ? Screen.ofThisProcess() : Screen.NONE;
    String text =
        switch (chosen) {
          case TEXT -> new TextRenderer(screen.width(), screen.colour()).render(report);
          case MARKDOWN -> new MarkdownRenderer().render(report);
          case HTML -> new HtmlRenderer().render(report);
        };
    if (file == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
      return;
    }
    try {
      OutputFile.write(file, text);
    } catch (IOException e) {
      throw new Failure(file + ": " + Failure.reason(e));
    }
  }

  Format chosen() {
    if (format != null) {
      return format;
    }
    String name = file == null ? "" : file;
    if (name.endsWith(".html")) {
      return Format.HTML;
    }
    return name.endsWith(".md") ? Format.MARKDOWN : Format.TEXT;
  }
}
