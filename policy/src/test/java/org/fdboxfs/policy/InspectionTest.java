package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.List;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Inspection.BoxView;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody learns names or owners in a box that they could not list. */
class InspectionTest {
  private final Rig rig = new Rig();
  private final Inspection inspection = rig.guard.inspection();

  InspectionTest() throws FsException {}

  @BeforeEach
  void fill() throws FsException {
    rig.processes.groups = Set.of();
    rig.mkdir("/private", 0700, rig.alice);
    rig.mkdir("/private/sub", 0755, rig.alice);
    rig.mkdir("/box/inner", 0711, rig.alice);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.put("/box/inner/secret", FdKind.MEMFD, rig.alice);
    rig.put("/private/secret", FdKind.MEMFD, rig.alice);
    rig.put("/private/sub/secret", FdKind.MEMFD, rig.alice);
  }

  private List<String> known(Caller caller) {
    return rig.guard.journal().after(0, 999).stream()
        .filter(event -> inspection.mayKnow(event, caller))
        .map(event -> event.type() + " " + event.path() + " " + event.detail())
        .toList();
  }

  private void assertNoSecrets(Caller caller) {
    assertThat(known(caller)).noneMatch(line -> line.contains("secret"));
    assertThat(inspection.boxes(caller).toString()).doesNotContain("secret");
  }

  @Test
  void aBoxIsShownToWhoCouldListIt() {
    assertThat(inspection.boxes(rig.bob).boxes()).extracting(BoxView::name).containsExactly("box");
    assertThat(inspection.boxes(rig.alice).boxes())
        .extracting(BoxView::name)
        .containsExactlyInAnyOrder("box", "private");
    assertThat(inspection.boxes(rig.root).boxes()).hasSize(2);
    assertNoSecrets(rig.bob);
  }

  @Test
  void aGroupMayListWhatIsOpenToIt() throws FsException {
    rig.guard
        .metadata()
        .setattr(
            Target.at("/private"), new AttributeChange(0750, null, 55, null, null, null), rig.root);
    assertThat(inspection.boxes(rig.bob).boxes()).hasSize(1);
    rig.processes.groups = Set.of(55);
    assertThat(inspection.boxes(rig.process(rig.bob, 201)).boxes()).hasSize(2);
  }

  @Test
  void anEntryIsShownWithWhoHoldsIt() throws FsException {
    Lease lease = rig.guard.claims().open("/box/ram", Access.READ, rig.bob);
    BoxView box = inspection.boxes(rig.bob).boxes().get(0);
    assertThat(box.entries()).hasSize(1);
    var entry = box.entries().get(0);
    assertThat(entry.path()).isEqualTo("ram");
    assertThat(entry.kind()).isEqualTo(FdKind.MEMFD);
    assertThat(entry.writers()).isZero();
    assertThat(entry.claimants())
        .containsExactly(new Inspection.ClaimView(200, 2000, Access.READ, rig.registry.now()));
    rig.release(lease);
  }

  @Test
  void everybodyIsToldHowMuchThereIs() {
    assertThat(inspection.totals()).isEqualTo(new Inspection.Totals(2, 4, 0, Rig.DESCRIPTORS));
  }

  @Test
  void eventsAreKnownToWhoCouldListTheDirectory() {
    assertThat(known(rig.bob)).contains("put /box/ram memfd", "mkdir /private ");
    assertNoSecrets(rig.bob);
    assertThat(known(rig.alice)).contains("put /private/secret memfd");
    assertThat(known(rig.root)).contains("put /private/secret memfd");
  }

  @Test
  void aRenameIsKnownToWhoCouldListBothDirectories() throws FsException {
    rig.guard.namespace().rename("/box/ram", "/private/secret2", false, rig.alice);
    rig.guard.namespace().rename("/private/secret2", "/box/back", false, rig.alice);
    assertNoSecrets(rig.bob);
    assertThat(known(rig.alice)).contains("rename /box/ram /private/secret2");
  }

  @Test
  void theReleaseOfARemovedEntryTellsNobodyItsName() throws FsException {
    Lease lease = rig.open("/private/secret", rig.alice);
    rig.guard.namespace().unlink("/private/secret", rig.alice);
    rig.release(lease);
    assertNoSecrets(rig.bob);
    assertThat(known(rig.alice)).contains("release secret ");
  }

  @Test
  void aNewDirectoryOfTheSameNameOpensNoOldSecrets() throws FsException {
    rig.mkdir("/gone", 0700, rig.alice);
    rig.put("/gone/secret", FdKind.MEMFD, rig.alice);
    rig.guard.namespace().unlink("/gone/secret", rig.alice);
    rig.guard.namespace().rmdir("/gone", rig.alice);
    rig.mkdir("/gone", 0777, rig.bob);
    assertNoSecrets(rig.bob);
  }

  @Test
  void refusalsAreTheReadersOwn() throws FsException {
    errnoOf(() -> rig.put("/private/secret3", FdKind.EPOLL, rig.alice));
    assertThat(rig.guard.journal().denials(rig.bob.uid())).isEmpty();
    assertThat(rig.guard.journal().denials(rig.alice.uid())).hasSize(1);
    assertThat(rig.guard.journal().denials(0)).hasSize(1);
    assertNoSecrets(rig.bob);
  }

  @Test
  void aRefusalNamesNoMemberThatTheCallerCouldNotList() throws FsException {
    rig.put("/box/inner/open", FdKind.MEMFD, rig.alice);
    rig.mark("/box/inner", "user.fdbox.link", "in-order", rig.alice);
    rig.mark("/box/inner/open", "user.fdbox.after", "secret", rig.alice);
    assertThat(rig.denial(rig.bob, () -> rig.open("/box/inner/open", rig.bob)).reason())
        .doesNotContain("secret");
    assertThat(rig.denial(rig.alice, () -> rig.open("/box/inner/open", rig.alice)).reason())
        .contains("'secret'");
    Lease lease = rig.open("/box/inner/secret", rig.alice);
    assertThat(rig.denial(rig.bob, () -> rig.open("/box/inner/open", rig.bob)).reason())
        .doesNotContain("secret")
        .doesNotContain("100");
    rig.release(lease);
  }

  @Test
  void whatWouldBeDecidedIsExplainedWithEveryRule() throws FsException {
    Decision decision = explain("/box/ram", Operation.OPEN, rig.alice);
    assertThat(decision.permitted()).isTrue();
    assertThat(decision.verdicts())
        .extracting(Decision.Verdict::rule)
        .containsExactly("posix", "self", "type", "seal", "link", "open-count", "quota");
    rig.seal("/box", rig.alice);
    Decision sealed = explain("/box/ram", Operation.OPEN, rig.alice);
    assertThat(sealed.deny())
        .isNotNull()
        .extracting(Deny::rule, Deny::errno)
        .containsExactly("seal", Errno.EBUSY);
  }

  @Test
  void aSealThatIsRefusedNamesNoEntryThatTheCallerCouldNotList() throws FsException {
    rig.guard.metadata().setattr(Target.at("/box/inner"), AttributeChange.mode(0700), rig.root);
    rig.guard.metadata().setattr(Target.at("/box"), AttributeChange.owner(2000, 2000), rig.root);
    Lease lease = rig.open("/box/inner/secret", rig.alice);
    assertThat(rig.denial(rig.bob, () -> rig.seal("/box", rig.bob)).reason())
        .doesNotContain("secret");
    rig.release(lease);
  }

  private Decision explain(String path, Operation operation, Caller caller) throws FsException {
    return inspection.explain(path, operation, Access.READ_WRITE, FdKind.MEMFD, caller);
  }

  @Test
  void whatTheKernelRefusesIsExplainedAndTheRulesAreNotTold() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    Decision decision = explain("/box/ram", Operation.OPEN, rig.bob);
    assertThat(decision.deny()).isNotNull().extracting(Deny::rule).isEqualTo("posix");
    assertThat(decision.verdicts()).hasSize(1);
    rig.release(lease);
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsExplainedToWhoMayNotSearch(Operation operation) {
    for (String path : List.of("/private/secret", "/private/no", "/private/sub/secret")) {
      assertThat(errnoOf(() -> explain(path, operation, rig.bob))).isEqualTo(Errno.EACCES);
    }
  }

  @Test
  void explainingChangesNothing() throws FsException {
    long newest = rig.guard.journal().newest();
    explain("/box/new", Operation.PUT, rig.alice);
    explain("/box/ram", Operation.OPEN, rig.alice);
    explain("/box/ram", Operation.REMOVE, rig.bob);
    assertThat(errnoOf(() -> explain("/box/ram", Operation.PUT, rig.alice)))
        .isEqualTo(Errno.EEXIST);
    assertThat(errnoOf(() -> explain("/box/no", Operation.OPEN, rig.alice)))
        .isEqualTo(Errno.ENOENT);
    assertThat(rig.guard.journal().newest()).isEqualTo(newest);
    rig.assertNothingHeld();
  }

  @Test
  void aListThatWouldBeTooLongIsNotMade() throws FsException {
    // "inner" and "ram"
    assertThat(inspection.list("/box", 2, rig.alice)).hasSize(2);
    assertThat(errnoOf(() -> inspection.list("/box", 1, rig.alice))).isEqualTo(Errno.EMSGSIZE);
  }
}
