package org.fdboxfs.policy.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The policy files that come with fdboxfs, each by its name. */
public final class ShippedModels {
  private static final String SUFFIX = ".yaml";

  private final Path directory;

  /**
   * Takes the directory that they are in.
   *
   * @param directory need not exist: then there are none
   */
  public ShippedModels(Path directory) {
    this.directory = directory;
  }

  /** Their names, sorted. */
  public List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /**
   * The file that somebody means: a bare word is a model where there is one of that name, all else
   * is a path.
   *
   * @throws IllegalArgumentException for a bare word that is neither; the message says what was
   *     probably meant
   */
  public Path resolve(String word) {
    boolean bare = word.indexOf('/') < 0;
    if (bare && names().contains(word)) {
      return directory.resolve(word + SUFFIX);
    }
    Path file = Path.of(word);
    if (bare && !Files.exists(file)) {
      throw new IllegalArgumentException(
          Words.unknown("model", word, names()) + ", and there is no such file");
    }
    return file;
  }
}
