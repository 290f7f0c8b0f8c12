package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims whose handle is closed while somebody may still have the descriptor. */
class LingeringTest {
  private static final String DEVICE = "/box/dev";

  private final Rig rig = new Rig();
  private final Caller taker = rig.process(rig.alice, 100);
  private final Caller other = rig.process(rig.alice, 101);
  private final FakeTaker hands = new FakeTaker();
  private final List<FakeTaker> all = new ArrayList<>(List.of(hands));

  LingeringTest() throws FsException {
    rig.put(DEVICE, FdKind.VFIO_DEVICE, rig.alice);
    rig.mark("/box", "user.fdbox.link", "none", rig.alice);
  }

  @AfterEach
  void nothingIsHeldInTheEnd() {
    rig.assertNothingHeld();
    assertThat(all).allMatch(each -> each.closed);
  }

  private void takeAndClose(String path) throws FsException {
    Lease lease = rig.open(path, taker);
    rig.guard.takes().take(List.of(lease), taker, taken -> {});
    lease.takenBy(hands);
    rig.release(lease);
  }

  private Lease openSettled(String path, Caller caller) throws FsException {
    Target target = Target.at(path);
    rig.guard.claims().settle(target);
    return rig.guard.claims().open(target, Access.READ_WRITE, caller);
  }

  @Test
  void anEntryStaysTakenAsLongAsTheDescriptorIsKept() throws FsException {
    takeAndClose(DEVICE);
    assertThat(rig.guard.claims().isUnsettled(Target.at(DEVICE))).isTrue();
    rig.assertDenied(other, "single-open", Errno.EBUSY, () -> openSettled(DEVICE, other));
    assertThat(hands.closed).isFalse();
    hands.has = false;
    rig.release(openSettled(DEVICE, other));
    assertThat(rig.guard.claims().isUnsettled(Target.at(DEVICE))).isFalse();
  }

  @Test
  void aBoxIsSealedWhoeverDoesItAsSoonAsNobodyHasTheDescriptor() throws FsException {
    takeAndClose(DEVICE);
    rig.assertDenied(rig.alice, "seal", Errno.EBUSY, () -> rig.seal("/box", rig.alice));
    hands.has = false;
    rig.seal("/box", rig.alice);
    rig.unseal("/box", rig.alice);
  }

  @Test
  void whoTakesByALeaseThatHasEndedMeanwhileIsNotForgotten() throws FsException {
    Lease lease = rig.open(DEVICE, taker);
    rig.release(lease);
    assertThat(errnoOf(() -> lease.takenBy(hands))).isEqualTo(Errno.EBADF);
    assertThat(hands.closed).isTrue();
  }

  @Test
  void whoHasLetGoIsNotLookedForAgain() throws FsException {
    takeAndClose(DEVICE);
    hands.has = false;
    rig.guard.claims().settle(Target.at(DEVICE));
    int asked = hands.asked;
    rig.release(openSettled(DEVICE, other));
    assertThat(hands.asked).isEqualTo(asked);
  }

  @Test
  void anOpenHandleCountsWhateverBecameOfTheDescriptor() throws FsException {
    Lease lease = rig.open(DEVICE, taker);
    lease.takenBy(hands);
    hands.has = false;
    rig.assertDenied(other, "single-open", Errno.EBUSY, () -> openSettled(DEVICE, other));
    rig.release(lease);
    rig.release(openSettled(DEVICE, other));
  }

  @Test
  void oneOfSeveralTakersIsEnough() throws FsException {
    FakeTaker child = new FakeTaker();
    all.add(child);
    Lease lease = rig.open(DEVICE, taker);
    lease.takenBy(hands);
    lease.takenBy(child);
    rig.release(lease);
    hands.has = false;
    rig.assertDenied(other, "single-open", Errno.EBUSY, () -> openSettled(DEVICE, other));
    child.has = false;
    rig.release(openSettled(DEVICE, other));
  }

  @Test
  void aGroupStaysReservedAsWell() throws FsException {
    rig.put("/box/iommu", FdKind.IOMMUFD, rig.alice);
    rig.mark("/box", "user.fdbox.link", "reserve", rig.alice);
    takeAndClose(DEVICE);
    assertThat(rig.guard.claims().isUnsettled(Target.at("/box/iommu"))).isTrue();
    rig.assertDenied(other, "link:mark", Errno.EBUSY, () -> openSettled("/box/iommu", other));
    hands.has = false;
    rig.release(openSettled("/box/iommu", other));
  }

  @Test
  void whatIsRemovedNeedsNoKeeping() throws FsException {
    takeAndClose(DEVICE);
    rig.guard.namespace().unlink(DEVICE, rig.alice);
    assertThat(hands.closed).isTrue();
    rig.put(DEVICE, FdKind.VFIO_DEVICE, rig.alice);
    rig.release(rig.open(DEVICE, other));
  }

  @Test
  void whatIsReplacedNeedsNoKeepingEither() throws FsException {
    takeAndClose(DEVICE);
    rig.put("/box/new", FdKind.VFIO_DEVICE, rig.alice);
    rig.guard.namespace().rename("/box/new", DEVICE, false, rig.alice);
    assertThat(hands.closed).isTrue();
    rig.release(rig.open(DEVICE, other));
  }

  @Test
  void aHandleOfARemovedEntryDoesNotLinger() throws FsException {
    Lease lease = rig.open(DEVICE, taker);
    lease.takenBy(hands);
    rig.guard.namespace().unlink(DEVICE, rig.alice);
    rig.release(lease);
    assertThat(hands.closed).isTrue();
  }

  @Test
  void theStatusTellsOnlyOfThoseThatAreStillKept() throws FsException {
    takeAndClose(DEVICE);
    rig.guard.claims().settleAll();
    assertThat(rig.registry.claims()).isOne();
    hands.has = false;
    rig.guard.claims().settleAll();
    assertThat(rig.registry.claims()).isZero();
  }

  @Test
  void takesByOneHandleAreBounded() throws FsException {
    all.clear();
    Lease lease = rig.open(DEVICE, taker);
    for (int i = 0; i < 64; i++) {
      FakeTaker each = new FakeTaker();
      each.has = false;
      all.add(each);
      lease.takenBy(each);
    }
    FakeTaker oneMore = new FakeTaker();
    all.add(oneMore);
    assertThat(errnoOf(() -> lease.takenBy(oneMore))).isEqualTo(Errno.ENFILE);
    rig.release(lease);
    rig.release(openSettled(DEVICE, other));
  }

  @Test
  void whoLostItsHolderIsReleasedBeforeAnybodyIsRefused() throws FsException {
    hands.close();
    AtomicBoolean held = new AtomicBoolean(true);
    Lease lease = rig.open(DEVICE, taker);
    rig.guard.claims().holdWhile(lease, held::get);
    rig.assertDenied(other, "single-open", Errno.EBUSY, () -> openSettled(DEVICE, other));
    held.set(false);
    rig.release(openSettled(DEVICE, other));
    rig.release(lease);
    assertThat(rig.guard.claims().isAnythingUnsettled()).isFalse();
  }

  @Test
  void whoLostItsHolderLingersWhereTheDescriptorWasTaken() throws FsException {
    Lease lease = rig.open(DEVICE, taker);
    lease.takenBy(hands);
    rig.guard.claims().holdWhile(lease, () -> false);
    rig.assertDenied(other, "single-open", Errno.EBUSY, () -> openSettled(DEVICE, other));
    hands.has = false;
    rig.release(openSettled(DEVICE, other));
  }
}
