package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import java.util.Set;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** FDBox RFC v1, prior art 1. */
class FdboxModelTest {
  private final Model model = new Model("fdbox");
  private final Caller root = model.root();
  private final Caller otherRoot = model.root();
  private final Caller user = model.user(1000, 1000);
  private final Caller weakRoot = model.caller(0, 0, Set.of("CAP_DAC_OVERRIDE"), "/");
  private final Caller admin = model.caller(1000, 1000, Set.of("CAP_SYS_ADMIN"), "/");

  @BeforeEach
  void makeBox() {
    assertThat(model.mkdir(root, "/box")).isEqualTo(OK);
  }

  @Test
  void boxesAreMadeByWhoCanOpenTheControlDeviceWithoutACapability() {
    assertThat(model.mkdir(user, "/mine")).isEqualTo("EACCES");
    assertThat(model.mkdir(weakRoot, "/weak")).isEqualTo(OK);
    assertThat(model.rmdir(weakRoot, "/weak")).isEqualTo(OK);
    assertThat(model.rmdir(user, "/box")).isEqualTo("EPERM");
    Caller opens = model.caller(1000, 1000, Set.of("CAP_DAC_OVERRIDE"), "/");
    assertThat(model.mkdir(opens, "/opened")).isEqualTo(OK);
    assertThat(model.put(opens, "/opened/a")).as("ioctls of a box want more").isEqualTo("EPERM");
  }

  @Test
  void everyIoctlOfABoxWantsTheCapability() {
    assertThat(model.put(admin, "/box/a")).isEqualTo(OK);
    for (Caller without : Set.of(user, weakRoot)) {
      assertThat(model.put(without, "/box/b")).isEqualTo("EPERM");
      assertThat(model.move(without, "/box/a")).isEqualTo("EPERM");
      assertThat(model.seal(without, "/box")).isEqualTo("EPERM");
    }
    assertThat(model.move(admin, "/box/a")).isEqualTo(OK);
  }

  @Test
  void theCapabilityIsAskedForBeforeTheSealAndTheKind() {
    assertThat(model.seal(root, "/box")).isEqualTo(OK);
    assertThat(model.put(user, "/box/a", FdKind.PIPE)).isEqualTo("EPERM");
  }

  @Test
  void aSealedBoxRefusesPutAndGetAsBusy() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.seal(root, "/box")).isEqualTo(OK);
    assertThat(model.put(root, "/box/b")).isEqualTo("EBUSY");
    assertThat(model.move(root, "/box/a")).isEqualTo("EBUSY");
  }

  @Test
  void theSealIsLookedAtBeforeTheKind() {
    assertThat(model.seal(root, "/box")).isEqualTo(OK);
    assertThat(model.put(root, "/box/p", FdKind.PIPE)).isEqualTo("EBUSY");
  }

  @Test
  void sealingTwiceAndUnsealingWhatIsLiveAreBusy() {
    assertThat(model.unseal(root, "/box")).isEqualTo("EBUSY");
    assertThat(model.seal(root, "/box")).isEqualTo(OK);
    assertThat(model.seal(root, "/box")).isEqualTo("EBUSY");
    assertThat(model.unseal(root, "/box")).isEqualTo(OK);
  }

  @Test
  void onlyMemfdsGoIn() {
    for (FdKind kind : FdKind.values()) {
      assertThat(model.put(root, "/box/" + kind.label(), kind))
          .as(kind.label())
          .isEqualTo(kind == FdKind.MEMFD ? OK : "EOPNOTSUPP");
    }
  }

  @Test
  void aNameIsUsedOnce() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.put(root, "/box/a")).isEqualTo("EEXIST");
  }

  @Test
  void gettingMovesAndNothingIsGotTwice() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.move(root, "/box/a")).isEqualTo(OK);
    assertThat(model.move(root, "/box/a")).isEqualTo("ENOENT");
  }

  @Test
  void anyRootGetsWhatAnyRootPut() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.move(otherRoot, "/box/a")).isEqualTo(OK);
  }

  @Test
  void nothingIsOpenedByNameOrCopiedOut() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.open(root, "/box/a")).isEqualTo("EOPNOTSUPP");
    assertThat(model.take(root, "/box/a")).isEqualTo("EOPNOTSUPP");
    assertThat(model.truncate(root, "/box/a")).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void thereIsNoListNoRemovalNoRenameAndNoNesting() {
    assertThat(model.put(root, "/box/a")).isEqualTo(OK);
    assertThat(model.list(root, "/box")).isEqualTo("EOPNOTSUPP");
    assertThat(model.remove(root, "/box/a")).isEqualTo("EOPNOTSUPP");
    assertThat(model.rename(root, "/box/a", "/box/b")).isEqualTo("EOPNOTSUPP");
    assertThat(model.mkdir(root, "/box/sub")).isEqualTo("EOPNOTSUPP");
  }
}
