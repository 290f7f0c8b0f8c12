package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The header as programs of others compile it; the driver uses it and checks its numbers. */
class ChardevHeaderTest {
  @TempDir private Path place;

  private Command.Result compile(String text, String standard) throws IOException {
    Path source = Files.writeString(place.resolve("program.c"), text);
    Path include = Command.launcher().resolveSibling("../share/include").normalize();
    return Command.run(
        "gcc",
        "-fsyntax-only",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-I" + include,
        "-std=" + standard,
        "-pedantic",
        source.toString());
  }

  @Test
  void strictCompilersTakeIt() throws IOException {
    for (String standard : new String[] {"c99", "c11", "gnu17"}) {
      Command.Result result =
          compile(
              "#define _GNU_SOURCE\n#include <fdbox.h>\nint main(void) { return 0; }", standard);
      assertThat(result.output()).as(standard).isEmpty();
      assertThat(result.status()).as(standard).isZero();
    }
  }

  @Test
  void whatItNeedsIsSaid() throws IOException {
    Command.Result result = compile("#include <fdbox.h>\nint main(void) { return 0; }", "gnu17");
    assertThat(result.status()).isNotZero();
    assertThat(result.output()).contains("fdbox.h needs _GNU_SOURCE");
  }
}
