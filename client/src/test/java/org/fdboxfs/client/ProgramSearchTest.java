package org.fdboxfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a program is found. */
@SuppressWarnings("NullAway.Init")
class ProgramSearchTest {
  @TempDir private Path place;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String find(String name, String... environment) throws FdBoxException {
    List<byte[]> variables = List.of(environment).stream().map(ProgramSearchTest::bytes).toList();
    byte[] found = ProgramSearch.find(bytes(name), variables);
    return new String(found, StandardCharsets.ISO_8859_1);
  }

  private static String errno(String name, String... environment) {
    return catchThrowableOfType(FdBoxException.class, () -> find(name, environment)).errnoName();
  }

  private Path program(String path, String mode) throws IOException {
    Path program = place.resolve(path);
    Files.createDirectories(program.getParent());
    Files.createFile(program);
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString(mode));
  }

  @Test
  void theFirstThatCanBeRunIsIt() throws IOException {
    program("a/tool", "rw-r--r--");
    Path second = program("b/tool", "rwxr-xr-x");
    program("c/tool", "rwxr-xr-x");
    Files.createDirectories(place.resolve("d/tool"));
    String path =
        "PATH=" + place + "/d:" + place + "/none:" + place + "/a:" + place + "/b:" + place;

    assertThat(find("tool", "PATHS=/x", path + "/c")).isEqualTo(second.toString());
  }

  @Test
  void whatMayNotBeRunIsToldFromWhatIsNotThere() throws IOException {
    program("a/tool", "rw-r--r--");
    Files.createDirectories(place.resolve("d/tool"));

    assertThat(errno("tool", "PATH=" + place + "/a:" + place + "/none")).isEqualTo("EACCES");
    assertThat(errno("tool", "PATH=" + place + "/d")).isEqualTo("EACCES");
    assertThat(errno("tool", "PATH=" + place)).isEqualTo("ENOENT");
    assertThat(errno("", "PATH=" + place)).isEqualTo("ENOENT");
    assertThat(errno(place + "/a/tool", "PATH=")).isEqualTo("EACCES");
    assertThat(errno(place + "/none", "PATH=")).isEqualTo("ENOENT");
    assertThat(errno(place + "/a", "PATH=")).isEqualTo("EACCES");
  }

  @Test
  void anEmptyPartIsTheWorkingDirectory() throws IOException {
    // Tests run in the directory of the module.
    assertThat(errno("pom.xml", "PATH=/none::")).isEqualTo("EACCES");
    assertThat(errno("pom.xml", "PATH=/none")).isEqualTo("ENOENT");
  }

  @Test
  void withoutAPathThereIsADefault() throws IOException {
    assertThat(find("sh")).isEqualTo("/bin/sh");
    assertThat(find("/bin/sh")).isEqualTo("/bin/sh");
  }
}
