package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import java.util.Set;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The file descriptor store of systemd, prior art 5. */
class SystemdModelTest {
  private static final String UNIT = "/system.slice/vmm.service";

  private final Model model = new Model("systemd");
  private final Caller unit = model.caller(1000, 1000, Set.of(), UNIT);
  private final Caller restarted = model.caller(1000, 1000, Set.of(), UNIT);
  private final Caller other = model.caller(1000, 1000, Set.of(), "/system.slice/web.service");
  private final Caller root = model.root();

  @BeforeEach
  void makeStore() {
    assertThat(model.mkdir(unit, "/vmm")).isEqualTo(OK);
    assertThat(model.put(unit, "/vmm/ram")).isEqualTo(OK);
  }

  @Test
  void theNextStartOfTheUnitGetsItAsOftenAsItLikes() {
    assertThat(model.take(restarted, "/vmm/ram")).isEqualTo(OK);
    assertThat(model.take(restarted, "/vmm/ram")).isEqualTo(OK);
    assertThat(model.open(restarted, "/vmm/ram")).isEqualTo(OK);
  }

  @Test
  void noOtherUnitGetsInNorDoesRoot() {
    for (Caller stranger : Set.of(other, root)) {
      assertThat(model.open(stranger, "/vmm/ram")).isEqualTo("EACCES");
      assertThat(model.take(stranger, "/vmm/ram")).isEqualTo("EACCES");
      assertThat(model.put(stranger, "/vmm/more")).isEqualTo("EACCES");
      assertThat(model.remove(stranger, "/vmm/ram")).isEqualTo("EACCES");
    }
  }

  @Test
  void aUnitThatCannotBeFoundOutGetsNothing() {
    Caller gone = model.caller(1000, 1000, Set.of(), "");
    assertThat(model.open(gone, "/vmm/ram")).isEqualTo("EIO");
    assertThat(model.guard.journal().denials(1000))
        .last()
        .satisfies(
            event ->
                assertThat(String.valueOf(event.deny()))
                    .contains("could not be evaluated", "what control group the caller is in"));
  }

  @Test
  void everyKindGoesIn() {
    for (FdKind kind : FdKind.values()) {
      assertThat(model.put(unit, "/vmm/" + kind.label(), kind)).as(kind.label()).isEqualTo(OK);
    }
  }

  @Test
  void namesArePrintableAsciiWithoutAColon() {
    assertThat(model.put(unit, "/vmm/a b~!")).isEqualTo(OK);
    assertThat(model.put(unit, "/vmm/a:b")).isEqualTo("EINVAL");
    assertThat(model.put(unit, "/vmm/\u00e4")).isEqualTo("EINVAL");
    assertThat(model.put(unit, "/vmm/a\nb")).isEqualTo("EINVAL");
  }

  @Test
  void removingByNameIsForTheUnit() {
    assertThat(model.remove(restarted, "/vmm/ram")).isEqualTo(OK);
  }

  @Test
  void rootAndTheUnitMayLook() {
    assertThat(model.list(root, "/vmm")).isEqualTo(OK);
    assertThat(model.list(unit, "/vmm")).isEqualTo(OK);
    assertThat(model.list(other, "/vmm")).isEqualTo("EACCES");
  }

  @Test
  void theEntryStaysWhenItIsGot() {
    assertThat(model.move(unit, "/vmm/ram")).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void aStoreIsFlatAndNothingIsFrozenInIt() {
    assertThat(model.mkdir(unit, "/vmm/sub")).isEqualTo("EOPNOTSUPP");
    assertThat(model.rename(unit, "/vmm/ram", "/vmm/new")).isEqualTo("EOPNOTSUPP");
    assertThat(model.seal(unit, "/vmm")).isEqualTo("EOPNOTSUPP");
  }

  @Test
  void aStoreHasALimit() {
    for (int i = 1; i < 512; i++) {
      assertThat(model.put(unit, "/vmm/" + i)).isEqualTo(OK);
    }
    assertThat(model.put(unit, "/vmm/more")).isEqualTo("EDQUOT");
  }
}
