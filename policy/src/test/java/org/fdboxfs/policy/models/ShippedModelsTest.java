package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.ShippedModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedModelsTest {
  @TempDir private Path directory;

  private final ShippedModels models = new ShippedModels(Path.of("../app/src/main/share/models"));

  @Test
  void theyAreFilesEachOfWhichIsAValidPolicy() {
    assertThat(models.names())
        .containsExactly("bpffs", "fdbox", "luo", "plan9", "posix", "s6", "systemd");
    for (String name : models.names()) {
      assertThat(Model.settings(name).source()).as(name).contains("version: 1");
    }
  }

  @Test
  void posixIsTheDefault() {
    PolicySettings posix = Model.settings("posix");
    PolicySettings other = PolicySettings.DEFAULT;

    assertThat(posix.modes()).isEqualTo(other.modes());
    assertThat(posix.kinds()).isEqualTo(other.kinds());
    assertThat(posix.rules()).isEqualTo(other.rules());
    assertThat(posix.groups()).isEqualTo(other.groups());
    assertThat(posix.quotas()).isEqualTo(other.quotas());
  }

  @Test
  void aBareWordIsAModelBeforeItIsAFileAndAllElseIsAPath() throws IOException {
    Files.createFile(directory.resolve("s6"));
    Path own = Files.createFile(directory.resolve("own"));
    assertThat(models.resolve("s6", directory)).hasValueSatisfying(s6 -> assertThat(s6).exists());
    assertThat(models.resolve("s6", directory)).isNotEqualTo(Optional.of(directory.resolve("s6")));
    assertThat(models.resolve("./s6", directory)).contains(directory.resolve("./s6"));
    assertThat(models.resolve("own", directory)).contains(own);
    assertThat(models.resolve("none.yaml", Path.of(""))).contains(Path.of("none.yaml"));
    assertThat(models.resolve("default", directory)).isEmpty();
  }

  @Test
  void aWordThatIsNeitherIsExplained() {
    assertThatThrownBy(() -> models.resolve("fdbx", directory))
        .hasMessage("unknown model 'fdbx' (did you mean 'fdbox'?), and there is no such file");
    assertThatThrownBy(() -> models.resolve("defautl", directory))
        .hasMessageContaining("did you mean 'default'?");
  }
}
