package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.PolicySettings.Modes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The BPF filesystem, prior art 8. */
class BpffsModelTest {
  private final Model model = new Model("bpffs");
  private final Caller user = model.user(1000, 1000);

  @BeforeEach
  void pin() {
    assertThat(model.mkdir(user, "/maps")).isEqualTo(OK);
    assertThat(model.put(user, "/maps/prog", FdKind.BPF)).isEqualTo(OK);
  }

  @Test
  void aPlainOpenIsAnInputOutputError() {
    assertThat(model.open(user, "/maps/prog")).isEqualTo("EIO");
  }

  @Test
  void theObjectIsGotByACallOfItsOwnAsOftenAsOneLikes() {
    assertThat(model.take(user, "/maps/prog")).isEqualTo(OK);
    assertThat(model.take(user, "/maps/prog")).isEqualTo(OK);
  }

  @Test
  void renameUnlinkMkdirAndChmodAreAsUsual() {
    assertThat(model.mkdir(user, "/maps/sub")).isEqualTo(OK);
    assertThat(model.rename(user, "/maps/prog", "/maps/sub/p")).isEqualTo(OK);
    assertThat(model.chmod(user, "/maps/sub/p")).isEqualTo(OK);
    assertThat(model.list(user, "/maps")).isEqualTo(OK);
    assertThat(model.remove(user, "/maps/sub/p")).isEqualTo(OK);
  }

  @Test
  void modesDecide() {
    assertThat(Model.settings("bpffs").modes()).isEqualTo(Modes.ENFORCED);
  }
}
