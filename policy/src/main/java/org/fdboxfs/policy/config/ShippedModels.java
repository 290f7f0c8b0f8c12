package org.fdboxfs.policy.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The policy files that come with fdboxfs, each by its name. */
public final class ShippedModels {
  /** The name of what holds without a file. */
  public static final String DEFAULT = "default";

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
   * @param beside directory that a path is relative to
   * @return empty for {@link #DEFAULT}, which has no file
   * @throws IllegalArgumentException for a bare word that is neither; the message says what was
   *     probably meant
   */
  public Optional<Path> resolve(String word, Path beside) {
    if (word.equals(DEFAULT)) {
      return Optional.empty();
    }
    List<String> names = names();
    if (names.contains(word)) {
      return Optional.of(directory.resolve(word + SUFFIX));
    }
    Path file = beside.resolve(word);
    boolean bare = word.indexOf('/') < 0 && word.indexOf('.') < 0;
    if (bare && !Files.exists(file)) {
      List<String> known = Stream.concat(Stream.of(DEFAULT), names.stream()).sorted().toList();
      throw new IllegalArgumentException(
          Words.unknown("model", word, known) + ", and there is no such file");
    }
    return Optional.of(file);
  }
}
