package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.ShippedModels;
import org.junit.jupiter.api.Test;

class ShippedModelsTest {
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
  void aBareWordIsAModelAndWhatHasASlashAPath() {
    assertThat(models.resolve("s6")).exists();
    assertThat(models.resolve("./s6")).isEqualTo(Path.of("./s6"));
    assertThat(models.resolve("pom.xml")).isEqualTo(Path.of("pom.xml"));
  }

  @Test
  void aWordThatIsNeitherIsExplained() {
    assertThatThrownBy(() -> models.resolve("fdbx"))
        .hasMessage("unknown model 'fdbx' (did you mean 'fdbox'?), and there is no such file");
  }
}
