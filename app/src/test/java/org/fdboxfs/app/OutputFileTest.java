package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputFileTest {
  @TempDir private Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aNewFileIsWritten() throws IOException {
    OutputFile.write(directory + "/new", "text");
    assertThat(directory.resolve("new")).hasContent("text");
    assertThat(names()).containsExactly("new");
  }

  @Test
  void anOldFileIsReplacedAndKeepsItsMode() throws IOException {
    Path old = Files.writeString(directory.resolve("old"), "a longer text than the new one");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));
    Object before = Files.getAttribute(old, "unix:ino");
    OutputFile.write(old.toString(), "new");
    assertThat(old).hasContent("new");
    assertThat(Files.getPosixFilePermissions(old))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getAttribute(old, "unix:ino")).isNotEqualTo(before);
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    OutputFile.write(link.toString(), "new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(target).hasContent("new");
  }

  @Test
  void whatIsNoPlainFileIsWrittenInto() throws IOException {
    Path device = Path.of("/dev/null");
    OutputFile.write(device.toString(), "text");
    assertThat(Files.isRegularFile(device)).isFalse();
    assertThat(Files.exists(device)).isTrue();
  }

  @Test
  void aDirectoryIsRefused() {
    assertThatThrownBy(() -> OutputFile.write(directory.toString(), "text"))
        .isInstanceOf(Failure.class)
        .hasMessage(directory + ": a directory");
  }

  @ParameterizedTest
  @CsvSource({
    "'', the name of the file is empty",
    "/, /: a directory",
    "/no/file, /no/file: no such file or directory"
  })
  void whatCannotBeWrittenIsSaidBefore(String name, String message) {
    assertThatThrownBy(() -> OutputFile.check(name))
        .isInstanceOf(Failure.class)
        .hasMessage(message);
  }

  @Test
  void aPlaceThatIsNotThereIsNamedAsItWasGiven() throws IOException {
    assertThatThrownBy(() -> OutputFile.write(directory + "/no/file", "text"))
        .isInstanceOf(Failure.class)
        .hasMessage(directory + "/no/file: no such file or directory");
    assertThat(names()).isEmpty();
  }
}
