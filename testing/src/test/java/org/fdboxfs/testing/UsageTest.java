package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the installed command says when something is wrong: one line, and the right status. */
class UsageTest {
  @TempDir private Path place;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "mount",
        "mount --nonsense PLACE",
        "mount PLACE PLACE",
        "mount -o threads=0 PLACE",
        "mount -o threads=many PLACE",
        "mount -o passthrough=maybe PLACE",
        "mount -o keeper=nobody PLACE",
        "mount -o policy= PLACE",
        "mount -o nonsense=1 PLACE",
        "umount",
        "explain",
        "explain PLACE --op frobnicate",
        "seal",
        "put PLACE/x",
        "put PLACE/x --fd five",
        "take PLACE/x",
        "take PLACE/x y -- cat",
        "take PLACE/x --access all -- cat",
        "run PLACE",
        "run -- cat"
      })
  void wrongUsageIsOneLineAndStatusTwo(String arguments) throws IOException {
    Command.Result result = run(arguments);

    assertThat(result.line()).startsWith("fdboxfs").doesNotContain("Exception");
    assertThat(result.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount PLACE/nothing",
        "mount PLACE/file",
        "mount PLACE",
        "mount -o policy=PLACE/nothing PLACE/empty",
        "mount -o policy=PLACE/bad.yaml PLACE/empty",
        "umount PLACE",
        "umount PLACE/nothing",
        "explain PLACE/file",
        "ls PLACE",
        "seal PLACE/empty",
        "put PLACE/x --fd 0",
        "take PLACE/x -- cat",
        "run PLACE -- cat"
      })
  void whatCannotBeDoneIsSaidInALineAndStatusOne(String arguments) throws IOException {
    Files.createFile(place.resolve("file"));
    Files.createDirectory(place.resolve("empty"));
    Files.writeString(place.resolve("bad.yaml"), "version: 1\nrules: 7\n");

    Command.Result result = run(arguments);

    assertThat(result.output()).doesNotContain("Exception").doesNotContain("\tat ").isNotBlank();
    assertThat(result.status()).as(result.output()).isEqualTo(1);
    assertThat(result.line()).startsWith("fdboxfs");
  }

  private Command.Result run(String arguments) throws IOException {
    List<String> words =
        arguments.isEmpty()
            ? List.of()
            : List.of(arguments.replace("PLACE", place.toString()).split(" "));
    return Command.fdboxfs(words.toArray(String[]::new));
  }
}
