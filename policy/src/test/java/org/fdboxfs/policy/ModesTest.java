package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.rule.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy for which mode bits do not count, and verdicts that allow. */
class ModesTest {
  private static final String IGNORED =
      "modes: ignored\nrules: [{ id: none, when: \"operation == 'seal'\", deny: EPERM }]";

  private Rig rig = makeRig();

  private static Rig makeRig() {
    try {
      return Rig.withPolicy(IGNORED);
    } catch (FsException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void put() throws FsException {
    rig.mkdir("/box/private", 0700, rig.alice);
    rig.put("/box/private/ram", FdKind.MEMFD, rig.alice);
  }

  @Test
  void whoComesOverASocketIsNotComparedWithModesEither() throws FsException {
    Caller peer =
        Caller.peer(2000, 2000, Set.of(), new ProcessKey(200, 200), false, new FakeProcesses());
    rig.release(rig.guard.claims().open("/box/private/ram", Access.READ_WRITE, peer));
    assertThat(rig.guard.inspection().list("/box/private", 1, peer)).hasSize(1);
  }

  @Test
  void attributesStayWithTheOwner() throws FsException {
    Target ram = Target.at("/box/private/ram");
    Metadata metadata = rig.guard.metadata();
    for (AttributeChange change :
        Set.of(AttributeChange.mode(0777), AttributeChange.owner(2000, -1), AttributeChange.NONE)) {
      rig.assertDenied(rig.bob, "owner", Errno.EPERM, () -> metadata.setattr(ram, change, rig.bob));
    }
    assertThat(metadata.setattr(ram, AttributeChange.mode(0640), rig.alice).mode()).isEqualTo(0640);
  }

  @Test
  void ownersDoNotGiveAway() throws FsException {
    Target ram = Target.at("/box/private/ram");
    Metadata metadata = rig.guard.metadata();
    assertThat(errnoOf(() -> metadata.setattr(ram, AttributeChange.owner(2000, -1), rig.alice)))
        .isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> metadata.setattr(ram, AttributeChange.owner(-1, 4711), rig.alice)))
        .isEqualTo(Errno.EPERM);
    assertThat(metadata.setattr(ram, AttributeChange.owner(-1, 27), rig.alice).gid()).isEqualTo(27);
    assertThat(metadata.setattr(ram, AttributeChange.owner(2000, -1), rig.root).uid())
        .isEqualTo(2000);
  }

  @Test
  void marksAndForeignAttributesStayWithTheOwner() throws FsException {
    rig.assertDenied(
        rig.bob, "owner", Errno.EPERM, () -> rig.mark("/box", "user.fdbox.link", "none", rig.bob));
    rig.guard
        .attributes()
        .set(
            "/box/private/ram",
            "user.note",
            "secret".getBytes(StandardCharsets.UTF_8),
            SetMode.ANY,
            rig.alice);
    assertThat(errnoOf(() -> rig.guard.attributes().get("/box/private/ram", "user.note", rig.bob)))
        .isEqualTo(Errno.EPERM);
    assertThat(rig.guard.attributes().get("/box/private/ram", "user.note", rig.alice))
        .isEqualTo("secret".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void boxesStayWithTheOwnerAndWhatIsInThemIsForTheRules() throws FsException {
    rig.mkdir("/other", 0777, rig.alice);
    Namespace names = rig.guard.namespace();
    rig.assertDenied(rig.bob, "owner", Errno.EPERM, () -> names.rmdir("/other", rig.bob));
    rig.assertDenied(
        rig.bob, "owner", Errno.EPERM, () -> names.rename("/other", "/mine", false, rig.bob));
    names.unlink("/box/private/ram", rig.bob);
    names.rmdir("/box/private", rig.bob);
  }

  @Test
  void sizesAreForWhoMayWrite() throws FsException {
    Lease lease = rig.open("/box/private/ram", rig.bob);
    assertThat(rig.guard.metadata().setattr(lease, AttributeChange.size(4096), rig.bob).size())
        .isEqualTo(4096);
    rig.release(lease);
  }

  @Test
  void theModeStillDecidesWhatStatusTells() {
    assertThat(rig.guard.inspection().boxes(rig.bob).boxes())
        .allSatisfy(box -> assertThat(box.entries()).isEmpty());
    assertThat(rig.guard.inspection().boxes(rig.alice).boxes())
        .anySatisfy(box -> assertThat(box.entries()).hasSize(1));
  }

  @Test
  void aMountKeepsTheModesItWasMadeWith() throws FsException {
    PolicySettings enforced = Rig.settings("");
    assertThatThrownBy(() -> rig.guard.setPolicy(enforced, rig.root))
        .isInstanceOf(FsException.class)
        .hasMessageContaining("'modes' cannot change on a mount: it was made with ignored");
    assertThat(rig.guard.inspection().policyText()).contains("ignored");
    Rig other = new Rig();
    PolicySettings ignored = Rig.settings(IGNORED);
    assertThat(errnoOf(() -> other.guard.setPolicy(ignored, other.root))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void theFirstVerdictOfTheFileStands() throws FsException {
    rig =
        Rig.withPolicy(
            """
            rules:
              - { id: early, when: "caller.uid == 1000 && entry.name == 'no'", deny: EACCES }
              - { id: owner-may, when: "caller.uid == 1000", allow: true }
              - { id: default, deny: EPERM }
            """);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.release(rig.open("/box/ram", rig.alice));
    rig.assertDenied(
        rig.alice, "early", Errno.EACCES, () -> rig.put("/box/no", FdKind.MEMFD, rig.alice));
    rig.assertDenied(rig.bob, "default", Errno.EPERM, () -> rig.open("/box/ram", rig.bob));
    rig.assertDenied(rig.root, "default", Errno.EPERM, () -> rig.open("/box/ram", rig.root));
    assertThat(
            rig.guard
                .inspection()
                .explain("/box/ram", Operation.OPEN, Access.READ, null, rig.alice)
                .verdicts())
        .extracting(Decision.Verdict::rule)
        .contains("owner-may")
        .doesNotContain("default");
  }

  @Test
  void whatIsAllowedIsStillSubjectToWhatIsBuiltIn() throws FsException {
    rig = Rig.withPolicy("rules: [{ id: all, allow: true }]");
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.seal("/box", rig.alice);
    rig.assertDenied(rig.alice, "seal", Errno.EBUSY, () -> rig.open("/box/ram", rig.alice));
  }

  @Test
  void aVerdictOfTheFileChoosesTheErrnoBeforeSealAndType() throws FsException {
    rig =
        Rig.withPolicy(
            """
            rules:
              - { id: no-pipes, when: "operation == 'put' && entry.kind == 'file'", deny: ENOENT }
              - { id: frozen, when: "operation == 'put' && box.sealed", deny: EBUSY }
            """);
    rig.assertDenied(
        rig.alice, "no-pipes", Errno.ENOENT, () -> rig.put("/box/f", FdKind.FILE, rig.alice));
    rig.seal("/box", rig.alice);
    rig.assertDenied(
        rig.alice, "frozen", Errno.EBUSY, () -> rig.put("/box/x", FdKind.MEMFD, rig.alice));
  }

  @Test
  void aRuleMayForbidToList() throws FsException {
    rig = Rig.withPolicy("rules: [{ id: blind, when: \"operation == 'list'\", deny: EACCES }]");
    rig.assertDenied(
        rig.alice,
        "blind",
        Errno.EACCES,
        () -> rig.guard.namespace().openDirectory("/box", rig.alice));
    rig.assertDenied(
        rig.alice, "blind", Errno.EACCES, () -> rig.guard.inspection().list("/box", 1, rig.alice));
    assertThat(rig.guard.inspection().boxes(rig.alice).boxes()).isEmpty();
  }
}
