package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Takes.Taken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TakesTest {
  private final Rig rig = new Rig();
  private final List<Taken> delivered = new ArrayList<>();

  TakesTest() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.put("/box/irq", FdKind.EVENTFD, rig.alice);
  }

  @AfterEach
  void nothingIsHeldInTheEnd() {
    rig.assertNothingHeld();
  }

  /** The same user over a socket, where nobody has compared modes yet. */
  private Caller peer(Caller caller) {
    ProcessKey process = new ProcessKey(caller.process(), caller.process());
    return Caller.peer(caller.uid(), caller.gid(), caller.groups(), process, true, rig.processes);
  }

  private List<Taken> take(Caller caller, Lease... leases) throws FsException {
    return rig.guard.takes().take(List.of(leases), caller, delivered::addAll);
  }

  @Test
  void aTakeNamesWhatItGivesOut() throws FsException {
    Lease ram = rig.open("/box/ram", rig.alice);
    Lease irq = rig.open("/box/irq", rig.alice);
    assertThat(take(rig.alice, ram, irq))
        .extracting(Taken::path)
        .containsExactly("/box/ram", "/box/irq");
    assertThat(delivered).extracting(Taken::lease).containsExactly(ram, irq);
    assertThat(rig.guard.journal().counts()).containsEntry("take", 2L);
    rig.release(ram);
    rig.release(irq);
  }

  @Test
  void onlyWhereOpensAreLimitedItMattersWhoHasTheDescriptor() throws FsException {
    rig.put("/box/dev0", FdKind.VFIO_GROUP, rig.alice);
    rig.mkdir("/box/plain", 0755, rig.alice);
    rig.put("/box/plain/a", FdKind.EVENTFD, rig.alice);
    Lease device = rig.open("/box/dev0", rig.alice);
    Lease plain = rig.open("/box/plain/a", rig.alice);
    assertThat(take(rig.alice, device, plain))
        .extracting(Taken::bounded)
        .containsExactly(true, false);
    rig.setPolicy("rules: [ { id: one, match: { entry: a }, opens: 3 } ]");
    assertThat(take(rig.alice, plain)).extracting(Taken::bounded).containsExactly(true);
    rig.release(device);
    rig.release(plain);
  }

  @Test
  void aGroupThatMayNotBeTakenIsNotClaimed() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/net/iommu", FdKind.IOMMUFD, rig.alice);
    rig.put("/box/net/dev0", FdKind.VFIO_DEVICE, rig.alice);
    rig.setPolicy(
        "rules: [ { id: stays, match: { entry: dev0 }, when: \"operation == 'take'\", deny: EPERM"
            + " } ]");
    rig.assertDenied(
        rig.alice,
        "stays",
        Errno.EPERM,
        () -> rig.guard.takes().openGroup(Target.at("/box/net"), rig.alice));
    assertThat(rig.registry.claims()).isZero();
  }

  @Test
  void aSealedBoxGivesNothingOut() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    rig.mark("/box", "user.fdbox.state", "sealed-force", rig.alice);
    rig.assertDenied(rig.alice, "seal", Errno.EBUSY, () -> take(rig.alice, lease));
    assertThat(delivered).isEmpty();
    rig.release(lease);
  }

  @Test
  void aRuleMayForbidTheTakeAndNotTheOpen() throws FsException {
    rig.setPolicy("rules: [ { id: stay, when: \"operation == 'take'\", deny: EACCES } ]");
    Lease lease = rig.open("/box/ram", rig.alice);
    rig.assertDenied(rig.alice, "stay", Errno.EACCES, () -> take(rig.alice, lease));
    rig.release(lease);
  }

  @Test
  void whatIsMovedLeavesWhenItIsDelivered() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    rig.guard
        .takes()
        .move(List.of(lease), rig.alice, taken -> assertThat(rig.registry.entries()).isEqualTo(2));
    assertThat(rig.registry.entries()).isOne();
    assertThat(errnoOf(() -> rig.open("/box/ram", rig.alice))).isEqualTo(Errno.ENOENT);
    rig.release(lease);
  }

  @Test
  void whatCannotBeDeliveredStays() throws FsException {
    Lease ram = rig.open("/box/ram", rig.alice);
    Lease irq = rig.open("/box/irq", rig.alice);
    assertThat(
            errnoOf(
                () ->
                    rig.guard
                        .takes()
                        .move(
                            List.of(ram, irq),
                            rig.alice,
                            taken -> {
                              throw new FsException(Errno.EAGAIN, "full");
                            })))
        .isEqualTo(Errno.EAGAIN);
    assertThat(rig.registry.entries()).isEqualTo(2);
    rig.release(ram);
    rig.release(irq);
  }

  @Test
  void aMoveNeedsTheRightToRemove() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    Caller bob = peer(rig.bob);
    rig.assertDenied(
        bob,
        "posix",
        Errno.EACCES,
        () -> rig.guard.takes().move(List.of(lease), bob, delivered::addAll));
    assertThat(delivered).isEmpty();
    rig.release(lease);
  }

  @Test
  void whatHasLeftCannotBeMovedAgain() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    rig.guard.takes().move(List.of(lease, lease), rig.alice, delivered::addAll);
    assertThat(errnoOf(() -> rig.guard.takes().move(List.of(lease), rig.alice, delivered::addAll)))
        .isEqualTo(Errno.ENOENT);
    rig.release(lease);
  }

  @Test
  void aGroupOpensWholeInTheOrderOfItsDependencies() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/net/a-dev", FdKind.VFIO_DEVICE, rig.alice);
    rig.put("/box/net/z-iommu", FdKind.IOMMUFD, rig.alice);
    rig.put("/box/net/b-irq", FdKind.EVENTFD, rig.alice);
    rig.mark("/box/net/b-irq", "user.fdbox.after", "a-dev", rig.alice);
    for (String how : List.of("reserve", "in-order", "together")) {
      rig.mark("/box/net", "user.fdbox.link", how, rig.alice);
      List<Lease> leases = rig.guard.takes().openGroup(Target.at("/box/net"), rig.alice);
      assertThat(take(rig.alice, leases.toArray(Lease[]::new)))
          .extracting(Taken::path)
          .containsExactly("/box/net/z-iommu", "/box/net/a-dev", "/box/net/b-irq");
      leases.forEach(rig::release);
    }
  }

  @Test
  void aGroupOpensWholeOrNotAtAll() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/net/a", FdKind.IOMMUFD, rig.alice);
    rig.put("/box/net/b", FdKind.VFIO_DEVICE, rig.alice);
    Caller other = rig.process(rig.alice, 101);
    Lease held = rig.open("/box/net/b", other);
    rig.assertDenied(
        rig.alice,
        "link:default",
        Errno.EBUSY,
        () -> rig.guard.takes().openGroup(Target.at("/box/net"), rig.alice));
    assertThat(rig.registry.claims()).isOne();
    rig.release(held);
  }

  @Test
  void modesOfMembersAreComparedForWhoComesOverASocket() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/net/a", FdKind.IOMMUFD, rig.alice);
    rig.assertDenied(
        rig.bob,
        "posix",
        Errno.EACCES,
        () -> rig.guard.takes().openGroup(Target.at("/box/net"), peer(rig.bob)));
  }

  @Test
  void whatIsNoGroupDoesNotOpen() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    Takes takes = rig.guard.takes();
    assertThat(errnoOf(() -> takes.openGroup(Target.at("/box/net"), rig.alice)))
        .isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> takes.openGroup(Target.at("/box/ram"), rig.alice)))
        .isEqualTo(Errno.EISDIR);
    rig.mark("/box/net", "user.fdbox.link", "reserve", rig.alice);
    assertThat(errnoOf(() -> takes.openGroup(Target.at("/box/net"), rig.alice)))
        .isEqualTo(Errno.ENOENT);
  }

  @Test
  void namesAreSearchedWithTheRightsOfThePeer() throws FsException {
    rig.mkdir("/box/secret", 0700, rig.alice);
    rig.put("/box/secret/ram", FdKind.MEMFD, rig.alice);
    Caller bob = peer(rig.bob);
    for (String name : List.of("ram", "nothing")) {
      Target target = Target.at("/box/secret/" + name);
      assertThat(errnoOf(() -> rig.guard.claims().open(target, Access.READ, bob)))
          .isEqualTo(Errno.EACCES);
      assertThat(errnoOf(() -> rig.guard.namespace().unlink("/box/secret/" + name, bob)))
          .isEqualTo(Errno.EACCES);
    }
    rig.assertDenied(
        bob,
        "posix",
        Errno.EACCES,
        () -> rig.guard.claims().open(Target.at("/box/ram"), Access.READ, bob));
    Lease own = rig.guard.claims().open(Target.at("/box/ram"), null, peer(rig.alice));
    assertThat(own.access()).isEqualTo(Access.READ_WRITE);
    rig.release(own);
  }
}
