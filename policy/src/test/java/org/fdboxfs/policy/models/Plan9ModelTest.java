package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Lease;
import org.fdboxfs.policy.PolicySettings.Modes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** srv(3) of Plan 9, prior art 8. */
class Plan9ModelTest {
  private final Model model = new Model("plan9");
  private final Caller poster = model.user(1000, 1000);
  private final Caller other = model.user(2000, 2000);

  @BeforeEach
  void makeSrv() {
    assertThat(model.mkdir(poster, "/srv")).isEqualTo(OK);
  }

  @Test
  void whoMayOpenIsForTheModeAlone() {
    assertThat(Model.settings("plan9").modes()).isEqualTo(Modes.ENFORCED);
    assertThat(model.put(poster, "/srv/fs")).isEqualTo(OK);
    assertThat(model.open(other, "/srv/fs")).as("let in by the kernel").isEqualTo(OK);
  }

  @Test
  void itIsOneLevel() {
    assertThat(model.mkdir(poster, "/srv/sub")).isEqualTo("EPERM");
  }

  @Test
  void aNameInUseIsAnError() {
    assertThat(model.put(poster, "/srv/fs")).isEqualTo(OK);
    assertThat(model.put(poster, "/srv/fs")).isEqualTo("EEXIST");
  }

  @Test
  void opensAreUnlimitedWhateverTheKind() throws FsException {
    for (FdKind kind : FdKind.values()) {
      String path = "/srv/" + kind.label();
      assertThat(model.put(poster, path, kind)).as(kind.label()).isEqualTo(OK);
      Access access = new FakeDescriptor(kind).access();
      Lease first = model.guard.claims().open(path, access, poster);
      Lease second = model.guard.claims().open(path, access, other);
      model.guard.claims().release(first);
      model.guard.claims().release(second);
    }
  }

  @Test
  void removingReleases() {
    assertThat(model.put(poster, "/srv/fs")).isEqualTo(OK);
    assertThat(model.remove(poster, "/srv/fs")).isEqualTo(OK);
    assertThat(model.open(poster, "/srv/fs")).isEqualTo("ENOENT");
  }

  @Test
  void nothingIsFrozen() {
    assertThat(model.seal(poster, "/srv")).isEqualTo("EPERM");
  }
}
