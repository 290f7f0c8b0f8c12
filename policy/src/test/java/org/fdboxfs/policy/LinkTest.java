package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.Set;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  private static final String LINK = "user.fdbox.link";
  private static final String AFTER = "user.fdbox.after";

  private final Rig rig = new Rig();
  private final Caller one = rig.process(rig.alice, 100);
  private final Caller two = rig.process(rig.alice, 101);

  LinkTest() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.mkdir("/box/plain", 0755, rig.alice);
    rig.put("/box/net/iommu", FdKind.IOMMUFD, rig.alice);
    rig.put("/box/net/dev", FdKind.VFIO_DEVICE, rig.alice);
    rig.put("/box/plain/a", FdKind.MEMFD, rig.alice);
    rig.put("/box/plain/b", FdKind.MEMFD, rig.alice);
  }

  @Test
  void aDirectoryWithADeviceIsReservedByWhoComesFirst() throws FsException {
    Lease lease = rig.open("/box/net/iommu", one);
    rig.assertDenied(two, "link:default", Errno.EBUSY, () -> rig.open("/box/net/dev", two));
    rig.assertDenied(two, "link:default", Errno.EBUSY, () -> rig.open("/box/net/iommu", two));
    Lease mine = rig.open("/box/net/dev", one);
    rig.release(lease);
    rig.assertDenied(two, "link:default", Errno.EBUSY, () -> rig.open("/box/net/iommu", two));
    rig.release(mine);
    rig.release(rig.open("/box/net/dev", two));
    rig.assertNothingHeld();
  }

  @Test
  void aHolderThatIsGoneIsNobodyWhoHasItsNumberNow() throws FsException {
    Caller gone = ended(100);
    rig.open("/box/net/iommu", gone);

    rig.assertDenied(one, "link:default", Errno.EBUSY, () -> rig.open("/box/net/dev", one));
    Caller alsoGone = ended(100);
    rig.assertDenied(
        alsoGone, "link:default", Errno.EBUSY, () -> rig.open("/box/net/dev", alsoGone));
    rig.open("/box/net/dev", gone);
  }

  /** Who is at the other end of a connection whose process has ended. */
  private Caller ended(int pid) {
    return Caller.peer(
        rig.alice.uid(), rig.alice.gid(), Set.of(), ProcessKey.ended(pid), false, rig.processes);
  }

  @Test
  void aPlainDirectoryIsForEverybody() throws FsException {
    rig.open("/box/plain/a", one);
    rig.open("/box/plain/a", two);
    rig.open("/box/plain/b", rig.bob);
  }

  @Test
  void groupsDoNotReachIntoOtherDirectories() throws FsException {
    rig.put("/box/dev", FdKind.VFIO_DEVICE, rig.alice);
    rig.open("/box/net/iommu", one);
    rig.open("/box/dev", two);
  }

  @Test
  void aMarkMakesAGroupAndWinsOverTheRule() throws FsException {
    rig.mark("/box/plain", LINK, "reserve", rig.alice);
    Lease lease = rig.open("/box/plain/a", one);
    rig.assertDenied(two, "link:mark", Errno.EBUSY, () -> rig.open("/box/plain/b", two));
    rig.mark("/box/plain", LINK, "none", rig.alice);
    rig.release(rig.open("/box/plain/b", two));
    rig.release(lease);

    rig.mark("/box/net", LINK, "none", rig.alice);
    rig.open("/box/net/iommu", one);
    rig.open("/box/net/dev", two);
  }

  @Test
  void removingTheMarkBringsTheRuleBack() throws FsException {
    rig.mark("/box/net", LINK, "none", rig.alice);
    rig.guard.attributes().remove("/box/net", LINK, rig.alice);
    rig.open("/box/net/iommu", one);
    rig.assertDenied(two, "link:default", Errno.EBUSY, () -> rig.open("/box/net/dev", two));
  }

  @Test
  void inOrderADeviceOpensAfterItsIommu() throws FsException {
    rig.mark("/box/net", LINK, "in-order", rig.alice);
    rig.assertDenied(one, "link:mark", Errno.ENOLINK, () -> rig.open("/box/net/dev", one));
    Lease iommu = rig.open("/box/net/iommu", one);
    rig.assertDenied(two, "link:mark", Errno.EBUSY, () -> rig.open("/box/net/dev", two));
    Lease device = rig.open("/box/net/dev", one);
    rig.release(iommu);
    rig.release(device);
    rig.assertDenied(one, "link:mark", Errno.ENOLINK, () -> rig.open("/box/net/dev", one));
  }

  @Test
  void byDefaultTheTwoWaysToADeviceDoNotWaitForEachOther() throws FsException {
    rig.put("/box/net/group", FdKind.VFIO_GROUP, rig.alice);
    rig.mark("/box/net", LINK, "in-order", rig.alice);
    rig.open("/box/net/iommu", one);
    rig.open("/box/net/dev", one);
    rig.open("/box/net/group", one);
  }

  @Test
  void aMemberSaysItselfWhatItComesAfter() throws FsException {
    rig.mark("/box/plain", LINK, "in-order", rig.alice);
    rig.mark("/box/plain/b", AFTER, "a", rig.alice);
    rig.assertDenied(one, "link:mark", Errno.ENOLINK, () -> rig.open("/box/plain/b", one));
    Lease a = rig.open("/box/plain/a", one);
    rig.release(rig.open("/box/plain/b", one));
    rig.release(a);
    rig.mark("/box/plain/b", AFTER, "a/gone", rig.alice);
    rig.open("/box/plain/a", one);
    rig.assertDenied(one, "link:mark", Errno.ENOLINK, () -> rig.open("/box/plain/b", one));
  }

  @Test
  void whatAMemberSaysReplacesTheOrderOfKinds() throws FsException {
    rig.mark("/box/net", LINK, "in-order", rig.alice);
    rig.mark("/box/net/dev", AFTER, "", rig.alice);
    rig.open("/box/net/dev", one);
  }

  @Test
  void aMemberCannotComeAfterItself() throws FsException {
    rig.put("/box/plain/c", FdKind.MEMFD, rig.alice);
    assertThat(errnoOf(() -> rig.mark("/box/plain/a", AFTER, "a", rig.alice)))
        .isEqualTo(Errno.ELOOP);
    rig.mark("/box/plain/a", AFTER, "b", rig.alice);
    rig.mark("/box/plain/b", AFTER, "c", rig.alice);
    assertThat(errnoOf(() -> rig.mark("/box/plain/c", AFTER, "a", rig.alice)))
        .isEqualTo(Errno.ELOOP);
    assertThat(errnoOf(() -> rig.guard.attributes().get("/box/plain/c", AFTER)))
        .isEqualTo(Errno.ENODATA);
  }

  @Test
  void togetherMembersDoNotOpenOneByOne() throws FsException {
    rig.mark("/box/net", LINK, "together", rig.alice);
    rig.assertDenied(one, "link:mark", Errno.ENOLINK, () -> rig.open("/box/net/iommu", one));
    rig.assertDenied(
        rig.root, "link:mark", Errno.ENOLINK, () -> rig.open("/box/net/dev", rig.root));
  }

  @ParameterizedTest
  @CsvSource({"process, EBUSY, EBUSY", "user, , EBUSY", "cgroup, , "})
  void whoCountsAsTheHolderIsTheRules(String holder, String otherProcess, String otherUser)
      throws FsException {
    rig.setPolicy("groups: [{ match: { group: net* }, open: reserve, holder: " + holder + " }]");
    rig.open("/box/net/iommu", one);
    assertOpens(two, otherProcess);
    assertOpens(rig.bob, otherUser);
    rig.processes.cgroup = "/elsewhere";
    assertOpens(rig.process(rig.bob, 300), "EBUSY");
  }

  private void assertOpens(Caller caller, String errno) throws FsException {
    if (errno == null) {
      rig.release(rig.open("/box/net/dev", caller));
    } else {
      assertThat(errnoOf(() -> rig.open("/box/net/dev", caller))).hasToString(errno);
    }
  }

  @Test
  void aControlGroupThatIsNotKnownIsNotTheSame() throws FsException {
    rig.setPolicy("groups: [{ match: { group: net* }, open: reserve, holder: cgroup }]");
    rig.processes.cgroup = "";
    Caller unknown = rig.process(rig.alice, 500);
    rig.open("/box/net/iommu", unknown);
    assertThat(errnoOf(() -> rig.open("/box/net/dev", unknown))).isEqualTo(Errno.EBUSY);
  }

  @Test
  void aReusedProcessIdIsAnotherHolder() throws FsException {
    rig.open("/box/net/iommu", one);
    rig.processes.generation = 1_000;
    Caller reused = rig.process(rig.alice, 100);
    assertThat(errnoOf(() -> rig.open("/box/net/dev", reused))).isEqualTo(Errno.EBUSY);
  }

  @Test
  void callersOutsideOurNamespaceAreNotTakenForOne() throws FsException {
    rig.open("/box/net/iommu", rig.process(rig.alice, 0));
    assertThat(errnoOf(() -> rig.open("/box/net/dev", rig.process(rig.alice, 0))))
        .isEqualTo(Errno.EBUSY);
  }

  @Test
  void aRuleOfThePolicyIsNamedInTheRefusal() throws FsException {
    rig.setPolicy(
        """
        groups:
          - match: { box: "b*", group: "net*" }
            open: in-order
            order: [vfio-device, iommufd]
        """);
    rig.assertDenied(one, "group-3", Errno.ENOLINK, () -> rig.open("/box/net/iommu", one));
    rig.open("/box/net/dev", one);
    rig.open("/box/net/iommu", one);
  }

  @Test
  void aMemberThatMovesOutTakesItsClaimAlong() throws FsException {
    Lease lease = rig.open("/box/net/iommu", one);
    rig.guard.namespace().rename("/box/net/iommu", "/box/plain/iommu", false, rig.alice);
    rig.release(rig.open("/box/net/dev", two));
    assertThat(errnoOf(() -> rig.open("/box/plain/a", two))).isEqualTo(Errno.EBUSY);
    rig.release(lease);
    rig.release(rig.open("/box/plain/a", two));
    rig.assertNothingHeld();
  }

  @Test
  void aMemberThatWasRemovedReservesNothing() throws FsException {
    Lease lease = rig.open("/box/net/iommu", one);
    rig.guard.namespace().unlink("/box/net/iommu", rig.alice);
    rig.release(rig.open("/box/net/dev", two));
    rig.release(lease);
    rig.assertNothingHeld();
  }

  @Test
  void aClaimFromBeforeTheMarkReservesAsWell() throws FsException {
    rig.open("/box/plain/a", one);
    rig.mark("/box/plain", LINK, "reserve", rig.alice);
    assertThat(errnoOf(() -> rig.open("/box/plain/b", two))).isEqualTo(Errno.EBUSY);
    rig.release(rig.open("/box/plain/b", one));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "RESERVE", "in_order", "all"})
  void aMarkIsOneOfFourWords(String value) {
    assertThat(errnoOf(() -> rig.mark("/box/plain", LINK, value, rig.alice)))
        .isEqualTo(Errno.EINVAL);
  }

  @Test
  void aMemberComesAfterNoMoreThanAGroupMayHave() throws FsException {
    String many = "x/".repeat(Takes.MOST);
    rig.mark("/box/plain/a", AFTER, many, rig.alice);
    assertThat(errnoOf(() -> rig.mark("/box/plain/a", AFTER, many + "y", rig.alice)))
        .isEqualTo(Errno.EINVAL);

    Rig roomy = new Rig(PolicySettings.DEFAULT, 1_000);
    for (int i = 0; i <= Takes.MOST; i++) {
      roomy.put("/box/m" + i, FdKind.MEMFD, roomy.alice);
    }
    for (int i = Takes.MOST - 1; i > 0; i--) {
      roomy.mark("/box/m" + i, AFTER, "m" + (i + 1), roomy.alice);
    }
    roomy.mark("/box/m0", AFTER, "m1", roomy.alice);
    roomy.put("/box/one-more", FdKind.MEMFD, roomy.alice);
    assertThat(errnoOf(() -> roomy.mark("/box/one-more", AFTER, "m0", roomy.alice)))
        .as("254 others, all but one over another")
        .isEqualTo(Errno.EINVAL);
    roomy.mark("/box/one-more", AFTER, "m1", roomy.alice);
  }

  @Test
  void onlyTheOwnerMarks() throws FsException {
    assertThat(errnoOf(() -> rig.mark("/box/plain", LINK, "none", rig.bob))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.mark("/box/plain/a", AFTER, "b", rig.bob))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.guard.attributes().remove("/box/plain", LINK, rig.bob)))
        .isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.mark("/", LINK, "none", rig.root))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.mark("/box/plain/a", LINK, "none", rig.alice)))
        .isEqualTo(Errno.EPERM);
    rig.mark("/box", LINK, "none", rig.root);
  }
}
