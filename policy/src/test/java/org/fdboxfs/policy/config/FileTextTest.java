package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileTextTest {
  private static final String TEXT =
      "version: 1\nrules:\n  - { id: \u00e4\ud83d\ude00, deny: EPERM }\n";

  @TempDir private Path directory;

  @Test
  void aFileIsUtf8() throws IOException, PolicyFormatException {
    Path file = Files.writeString(directory.resolve("p.yaml"), TEXT);
    assertThat(FileText.read(file)).isEqualTo(TEXT);
    Files.write(file, TEXT.replace("\ud83d\ude00", "").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> FileText.read(file)).hasMessage("line 3: not UTF-8");
  }

  @Test
  void aBeginningMayEndWithinACharacterAndAWholeTextMayNot() throws PolicyFormatException {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(TEXT).startsWith(FileText.ofBeginning(cut));
    }
    int inside = TEXT.indexOf("\u00e4") + 1;
    assertThatThrownBy(() -> FileText.of(Arrays.copyOf(bytes, inside)))
        .hasMessage("line 3: not UTF-8");
    byte[] wrong = bytes.clone();
    wrong[inside] = 'x';
    assertThatThrownBy(() -> FileText.ofBeginning(wrong)).hasMessage("line 3: not UTF-8");
  }

  @Test
  @Timeout(10)
  void aFileWithoutEndIsTooLong() {
    assertThatThrownBy(() -> FileText.read(Path.of("/dev/zero")))
        .isInstanceOf(PolicyFormatException.class)
        .hasMessage("line 1: longer than 1048576 bytes");
  }
}
