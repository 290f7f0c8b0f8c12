package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import java.util.Set;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Live Update Orchestrator, prior art 3. */
class LuoModelTest {
  private final Model model = new Model("luo");
  private final Caller session = model.user(0, 0);
  private final Caller otherRoot = model.root();
  private final Caller user = model.user(1000, 1000);

  @BeforeEach
  void makeSession() {
    assertThat(model.mkdir(session, "/vm")).isEqualTo(OK);
    assertThat(model.put(session, "/vm/1")).isEqualTo(OK);
  }

  @Test
  void sessionsAreMadeByWhoCanOpenTheDeviceWithoutACapability() {
    assertThat(session.capabilities()).isEmpty();
    assertThat(model.mkdir(user, "/mine")).isEqualTo("EACCES");
    assertThat(model.mkdir(session, "/vm")).isEqualTo("EEXIST");
    Caller opens = model.caller(1000, 1000, Set.of("CAP_DAC_OVERRIDE"), "/");
    assertThat(model.mkdir(opens, "/opened")).isEqualTo(OK);
    assertThat(model.put(opens, "/opened/1")).isEqualTo(OK);
  }

  @Test
  void aSessionNameHas63Characters() {
    assertThat(model.mkdir(session, "/" + "x".repeat(63))).isEqualTo(OK);
    assertThat(model.mkdir(session, "/" + "x".repeat(64))).isEqualTo("EINVAL");
  }

  @Test
  void onlyWhoHoldsTheSessionPreservesRootIncluded() {
    assertThat(model.put(otherRoot, "/vm/2")).isEqualTo("EACCES");
    assertThat(model.open(otherRoot, "/vm/1")).isEqualTo("EACCES");
    assertThat(model.put(session, "/vm/2")).isEqualTo(OK);
  }

  @Test
  void aTokenIsUsedOnce() {
    assertThat(model.put(session, "/vm/1")).isEqualTo("EEXIST");
  }

  @Test
  void aKindWithoutHandlerIsNotFound() {
    for (FdKind kind : FdKind.values()) {
      assertThat(model.put(session, "/vm/" + kind.label(), kind))
          .as(kind.label())
          .isEqualTo(kind == FdKind.MEMFD ? OK : "ENOENT");
    }
  }

  @Test
  void nothingIsRetrievedBeforeTheLiveUpdate() {
    assertThat(model.open(session, "/vm/1")).isEqualTo("EINVAL");
    assertThat(model.take(session, "/vm/1")).isEqualTo("EINVAL");
    assertThat(model.move(session, "/vm/1")).isEqualTo("EINVAL");
  }

  @Test
  void whatIsPreservedKeepsItsSize() {
    assertThat(model.truncate(session, "/vm/1")).isEqualTo("EPERM");
  }

  @Test
  void nothingIsListedOrTakenBackOneByOne() {
    assertThat(model.list(session, "/vm")).isEqualTo("EOPNOTSUPP");
    assertThat(model.remove(session, "/vm/1")).isEqualTo("EOPNOTSUPP");
    assertThat(model.rename(session, "/vm/1", "/vm/2")).isEqualTo("EOPNOTSUPP");
    assertThat(model.mkdir(session, "/vm/sub")).isEqualTo("EOPNOTSUPP");
    assertThat(model.seal(session, "/vm")).isEqualTo("EOPNOTSUPP");
  }
}
