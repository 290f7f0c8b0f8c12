package org.fdboxfs.policy.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.policy.models.Model.OK;

import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** s6-fdholder, prior art 6. */
class S6ModelTest {
  private final Model model = new Model("s6");
  private final Caller root = model.root();
  private final Caller storer = model.user(1000, 1000);
  private final Caller member = model.user(2000, 100);
  private final Caller stranger = model.user(2000, 2000);

  @BeforeEach
  void makeHolder() {
    assertThat(model.mkdir(root, "/h")).isEqualTo(OK);
    assertThat(model.put(storer, "/h/web.socket")).isEqualTo(OK);
  }

  @Test
  void theIdentifierDecidesWhatAUserStores() {
    assertThat(model.put(storer, "/h/log.pipe", FdKind.PIPE)).isEqualTo(OK);
    assertThat(model.put(storer, "/h/db.socket")).isEqualTo("EPERM");
    assertThat(model.put(storer, "/h/shared.a")).isEqualTo("EPERM");
  }

  @Test
  void storingAndRetrievingAreTwoRights() {
    assertThat(model.put(storer, "/h/log.pipe")).isEqualTo(OK);
    assertThat(model.open(storer, "/h/log.pipe")).isEqualTo("EPERM");
    assertThat(model.open(storer, "/h/web.socket")).isEqualTo(OK);
    assertThat(model.take(storer, "/h/web.socket")).isEqualTo(OK);
  }

  @Test
  void retrievingCopiesAndKeeps() {
    assertThat(model.take(storer, "/h/web.socket")).isEqualTo(OK);
    assertThat(model.take(storer, "/h/web.socket")).isEqualTo(OK);
  }

  @Test
  void retrievingWithDeletingWantsBothRights() {
    assertThat(model.put(storer, "/h/log.pipe")).isEqualTo(OK);
    assertThat(model.move(storer, "/h/log.pipe")).isEqualTo("EPERM");
    assertThat(model.move(storer, "/h/web.socket")).isEqualTo(OK);
    assertThat(model.take(storer, "/h/web.socket")).isEqualTo("ENOENT");
  }

  @Test
  void deletingGoesWithStoring() {
    assertThat(model.remove(member, "/h/web.socket")).isEqualTo("EPERM");
    assertThat(model.remove(storer, "/h/web.socket")).isEqualTo(OK);
  }

  @Test
  void rootIsRefusedAsEverybodyIs() {
    assertThat(model.open(root, "/h/web.socket")).isEqualTo("EPERM");
    assertThat(model.put(root, "/h/web.other")).isEqualTo("EPERM");
    assertThat(model.remove(root, "/h/web.socket")).isEqualTo("EPERM");
    assertThat(model.list(root, "/h")).isEqualTo("EPERM");
  }

  @Test
  void whoIsInNoRuleIsRefused() {
    assertThat(model.open(stranger, "/h/web.socket")).isEqualTo("EPERM");
    assertThat(model.list(stranger, "/h")).isEqualTo("EPERM");
    assertThat(model.mkdir(stranger, "/mine")).isEqualTo("EPERM");
  }

  @Test
  void aGroupHasRightsOfItsOwn() {
    assertThat(model.take(member, "/h/web.socket")).isEqualTo("EPERM");
    assertThat(model.take(member, "/h/shared.x")).isEqualTo("ENOENT");
  }

  @Test
  void listingIsARightOfItsOwn() {
    assertThat(model.list(storer, "/h")).isEqualTo(OK);
    assertThat(model.list(member, "/h")).isEqualTo("EPERM");
  }

  @Test
  void everyKindGoesIn() {
    for (FdKind kind : FdKind.values()) {
      String name = "/h/log." + kind.label().replaceAll("[^a-z0-9]", "");
      assertThat(model.put(storer, name, kind)).as(kind.label()).isEqualTo(OK);
    }
  }

  @Test
  void aHolderHasALimit() {
    for (int i = 1; i < 1000; i++) {
      assertThat(model.put(storer, "/h/log." + i)).isEqualTo(OK);
    }
    assertThat(model.put(storer, "/h/log.more")).isEqualTo("EDQUOT");
  }

  /** The rule that is in the file as a comment, to be made one's own. */
  @Test
  void whatIsTooOldIsGoneWhereTheRuleForItIsUncommented() {
    String text =
        Model.text("s6")
            .replace("  # - id: expired", "  - id: expired")
            .replaceAll(
                "(?m)^  #   (match: \\{ entry: \"tmp\\*\" }|when: .* > 60|deny: ENOENT)$", "    $1")
            .replace("'^(web|log)", "'^(web|log|tmp)")
            .replace("'^(web|shared)", "'^(web|tmp|shared)");
    Model aging = new Model(Model.parsed(text));
    Caller user = aging.user(1000, 1000);
    assertThat(aging.mkdir(aging.root(), "/h")).isEqualTo(OK);
    assertThat(aging.put(user, "/h/tmp.a")).isEqualTo(OK);
    assertThat(aging.put(user, "/h/web.a")).isEqualTo(OK);
    for (int second = 0; second < 60; second++) {
      aging.clock.tick();
    }
    assertThat(aging.take(user, "/h/tmp.a")).isEqualTo(OK);
    aging.clock.tick();
    assertThat(aging.take(user, "/h/tmp.a")).isEqualTo("ENOENT");
    assertThat(aging.take(user, "/h/web.a")).isEqualTo(OK);
  }

  @Test
  void anIdentifierIsUnique() {
    assertThat(model.put(storer, "/h/web.socket")).isEqualTo("EEXIST");
  }
}
