package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The program of the actors, which is compiled where it runs. */
public final class ActorProgram {
  /** What finds a compiler; the same that the doctor looks for. */
  public static final String COMPILER = "cc";

  private ActorProgram() {}

  /**
   * Compiles it.
   *
   * @param share where the sources and headers are installed
   * @return the program, in that directory
   * @throws ComparisonException there is no compiler, or it refuses
   */
  static Path compile(Path share, Path directory) throws ComparisonException, IOException {
    Path program = directory.resolve("actor");
    List<String> command = new ArrayList<>(List.of(COMPILER, "-O2", "-o", program.toString()));
    command.add("-I" + share.resolve("include"));
    try (Stream<Path> files = Files.list(share.resolve("compare"))) {
      files.map(Path::toString).filter(file -> file.endsWith(".c")).sorted().forEach(command::add);
    }
    Output output;
    try {
      output = Output.of(command);
    } catch (IOException e) {
      throw new ComparisonException(
          "there is no C compiler for the actors: apt-get install gcc libc6-dev");
    }
    if (output.status() != 0) {
      throw new ComparisonException("the actors do not compile: " + output.firstLine());
    }
    return program;
  }
}
