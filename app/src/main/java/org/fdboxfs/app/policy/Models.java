package org.fdboxfs.app.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fdboxfs.app.Failure;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.ShippedModels;
import org.fdboxfs.policy.config.Words;

/** Permission models: policies that are shipped, by name, and files. */
final class Models {
  /** The model that holds where none is named. */
  static final String DEFAULT = "default";

  private static final long LARGEST = 1L << 20;
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

  /** The names of the shipped ones, sorted. */
  List<String> names() {
    return Stream.concat(Stream.of(DEFAULT), shipped.names().stream()).sorted().toList();
  }

  /**
   * Reads a model.
   *
   * @param word name of a shipped one, or a file: what has a slash or a dot in it
   * @throws Failure it is not there, cannot be read, or is not valid; with a line for each problem
   */
  Model read(String word) {
    boolean isFile = word.contains("/") || word.contains(".");
    if (isFile) {
      return ofFile(nameOf(Path.of(word)), Path.of(word));
    }
    if (word.equals(DEFAULT)) {
      return new Model(DEFAULT, "", PolicySettings.DEFAULT);
    }
    if (!names().contains(word)) {
      throw new Failure(Words.unknown("model", word, names()) + "; a file is given with its path");
    }
    return ofFile(word, shipped.resolve(word));
  }

  private static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private static Model ofFile(String name, Path file) {
    String text = text(file);
    try {
      return new Model(name, text, PolicyParser.parse(text));
    } catch (PolicyFormatException e) {
      throw new Failure(problems(file, e));
    }
  }

  /** Every problem as {@code FILE:LINE: REASON}. */
  static String problems(Path file, PolicyFormatException e) {
    return e.problems().stream()
        .map(problem -> file + ":" + problem.line() + ": " + problem.message())
        .reduce((a, b) -> a + "\n" + b)
        .orElse(file + ": not valid");
  }

  /**
   * The text of a file that somebody named.
   *
   * @throws Failure it cannot be read, or is too large to be meant
   */
  static String text(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new Failure(file + ": is a directory");
      }
      byte[] bytes;
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes((int) LARGEST + 1);
      }
      if (bytes.length > LARGEST) {
        throw new Failure(file + ": larger than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Failure(file + ": " + Failure.reason(e));
    }
  }
}
