package org.fdboxfs.app.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.fdboxfs.app.Failure;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ShippedModels;

/** Permission models: policies that are shipped, by name, and files. */
final class Models {
  private static final String SUFFIX = ".yaml";

  private final ShippedModels shipped;

  /**
   * @param shipped directory of the models that came with the program; may be missing
   */
  Models(Path shipped) {
    this.shipped = new ShippedModels(shipped);
  }

  /**
   * A policy and what it is called in answers.
   *
   * @param text of its file; empty for what holds without one
   */
  record Model(String name, String text, PolicySettings settings) {
    /** Whether it is the same policy, whatever it is called. */
    boolean isSameAs(Model other) {
      return text.equals(other.text);
    }
  }

  /**
   * Reads a model that somebody named on the command line.
   *
   * @throws Failure it is not there, cannot be read, or is not valid; with a line for each problem
   */
  Model read(String word) {
    if (word.isEmpty()) {
      throw new Failure("the name of a model is empty");
    }
    try {
      return read(word, Path.of(""));
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw new Failure(word + ": " + Failure.reason(e));
    }
  }

  /**
   * Reads a model.
   *
   * @param beside directory that the path of a file is relative to
   * @throws IllegalArgumentException there is none of that name
   * @throws UncheckedIOException its file cannot be read
   * @throws Failure it is not valid; with a line for each problem
   */
  Model read(String word, Path beside) {
    return shipped
        .resolve(word, beside)
        .map(file -> ofFile(nameOf(Path.of(word)), file))
        .orElseGet(() -> new Model(ShippedModels.DEFAULT, "", PolicySettings.DEFAULT));
  }

  private static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private static Model ofFile(String name, Path file) {
    try {
      String text = FileText.read(file);
      return new Model(name, text, PolicyParser.parse(text));
    } catch (PolicyFormatException e) {
      throw new Failure(problems(file, e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every problem as {@code FILE:LINE: REASON}. */
  static String problems(Path file, PolicyFormatException e) {
    return e.problems().stream()
        .map(problem -> file + ":" + problem.line() + ": " + problem.message())
        .reduce((a, b) -> a + "\n" + b)
        .orElse(file + ": not valid");
  }
}
