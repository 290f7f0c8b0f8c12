package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.fdboxfs.app.host.Screen;
import org.fdboxfs.report.HtmlRenderer;
import org.fdboxfs.report.MarkdownRenderer;
import org.fdboxfs.report.Report;
import org.fdboxfs.report.TextRenderer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of commands that make a report. */
public final class ReportOutput {
  enum Format {
    TEXT,
    MARKDOWN,
    HTML;

    /** As it is written on the command line. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** From the word of a format. */
  static final class ToFormat implements ITypeConverter<Format> {
    @Override
    public Format convert(String word) {
      return OptionWords.constant(Format.values(), Format::word, word);
    }
  }

  @Option(
      names = "--format",
      paramLabel = "text|markdown|html",
      converter = ToFormat.class,
      description = "What to write; text, or what the name of the file says.")
  private @Nullable Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Where to write it, instead of to standard output; a file that is there is replaced when"
              + " the new one is complete, and keeps its mode. May be repeated.")
  private List<String> files = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /**
   * Looks whether the files can be written, before minutes are spent and not after.
   *
   * @throws Failure when one cannot
   */
  public void check() {
    files.forEach(OutputFile::check);
  }

  /**
   * Writes a report.
   *
   * @throws Failure when a file cannot be written
   */
  public void write(Report report) {
    write(report, format);
  }

  /**
   * Writes a report in a format.
   *
   * @param chosen null for what the name of each file says
   */
  void write(Report report, @Nullable Format chosen) {
    if (files.isEmpty()) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text(report, formatOf("", chosen), Screen.ofThisProcess()));
      out.flush();
    }
    for (String file : files) {
      try {
        OutputFile.write(file, text(report, formatOf(file, chosen), Screen.NONE));
      } catch (IOException e) {
        throw new Failure(file + ": " + Failure.reason(e));
      }
    }
  }

  private static String text(Report report, Format format, Screen screen) {
    return switch (format) {
      case TEXT -> new TextRenderer(screen.width(), screen.colour()).render(report);
      case MARKDOWN -> new MarkdownRenderer().render(report);
      case HTML -> new HtmlRenderer().render(report);
    };
  }

  private static Format formatOf(String name, @Nullable Format chosen) {
    if (chosen != null) {
      return chosen;
    }
    if (name.endsWith(".html")) {
      return Format.HTML;
    }
    return name.endsWith(".md") ? Format.MARKDOWN : Format.TEXT;
  }
}
