package org.fdboxfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Compiles the C programs of the tests, each once after a change. */
final class CProgram {
  private static final Map<String, Path> MADE = new HashMap<>();

  private CProgram() {}

  /**
   * A program of all the sources in a directory.
   *
   * @param name of the directory, and of the program
   * @param options for the compiler, such as libraries
   */
  static synchronized Path of(String name, String... options) {
    return MADE.computeIfAbsent(name, missing -> compile(missing, options));
  }

  private static Path compile(String name, String... options) {
    Path sources = Path.of(System.getProperty("fdboxfs.sources", "src/test/c"), name);
    Path made = Path.of(System.getProperty("fdboxfs.target", "target"), name).toAbsolutePath();
    List<String> command =
        new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"));
    try (Stream<Path> listed = Files.list(sources)) {
      List<Path> files = listed.sorted().toList();
      if (isNewer(made, files)) {
        return made;
      }
      Files.createDirectories(made.getParent());
      command.add(made.toString());
      files.stream().map(Path::toString).filter(file -> file.endsWith(".c")).forEach(command::add);
      command.addAll(List.of(options));
      Command.Result result = Command.run(command.toArray(String[]::new));
      if (result.status() != 0) {
        throw new AssertionError("gcc cannot compile " + sources + ":\n" + result.output());
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isNewer(Path made, List<Path> files) throws IOException {
    if (!Files.exists(made)) {
      return false;
    }
    for (Path file : files) {
      if (Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(file)) <= 0) {
        return false;
      }
    }
    return true;
  }
}
