package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Compiles {@code syscalls.c}, once after each change of it. */
final class SyscallsProgram {
  private static @Nullable Path program;

  private SyscallsProgram() {}

  static synchronized Path path() throws IOException {
    Path known = program;
    if (known != null) {
      return known;
    }
    Path source = Path.of(System.getProperty("fdboxfs.sources", "src/test/c"), "syscalls.c");
    Path made = Path.of(System.getProperty("fdboxfs.target", "target"), "syscalls");
    if (!isNewer(made, source)) {
      compile(source, made);
    }
    program = made.toAbsolutePath();
    return program;
  }

  private static boolean isNewer(Path made, Path source) throws IOException {
    return Files.exists(made)
        && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(source)) > 0;
  }

  private static void compile(Path source, Path made) throws IOException {
    Files.createDirectories(made.toAbsolutePath().getParent());
    Command.Result result =
        Command.run(
            "gcc",
            "-O1",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pthread",
            "-o",
            made.toString(),
            source.toString());
    if (result.status() != 0) {
      throw new AssertionError("gcc cannot compile " + source + ":\n" + result.output());
    }
  }
}
