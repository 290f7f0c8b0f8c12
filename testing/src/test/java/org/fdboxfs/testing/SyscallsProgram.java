package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Compiles {@code syscalls.c}, once. */
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
    program = made.toAbsolutePath();
    return program;
  }
}
