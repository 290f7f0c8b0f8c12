package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
  private final Rig rig = new Rig();

  LimitsTest() throws FsException {}

  private Lease open(String path, Access access) throws FsException {
    return rig.guard.claims().open(path, access, rig.alice);
  }

  @ParameterizedTest
  @EnumSource(names = {"VFIO_DEVICE", "VFIO_GROUP"})
  void aDeviceOpensOnceAtATime(FdKind kind) throws FsException {
    rig.put("/box/dev", kind, rig.alice);
    Lease lease = open("/box/dev", Access.READ_WRITE);
    for (Access access : Access.values()) {
      rig.assertDenied(rig.alice, "single-open", Errno.EBUSY, () -> open("/box/dev", access));
    }
    assertThat(rig.denial(rig.alice, () -> open("/box/dev", Access.READ)).reason())
        .isEqualTo("open at most once at a time, held by pid 100");
    rig.release(lease);
    rig.release(open("/box/dev", Access.READ_WRITE));
    rig.assertNothingHeld();
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMFD", "IOMMUFD", "PIPE", "PIDFD"})
  void otherKindsOpenAsOftenAsWanted(FdKind kind) throws FsException {
    rig.put("/box/x", kind, rig.alice);
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      leases.add(open("/box/x", Access.READ_WRITE));
    }
    leases.forEach(rig::release);
    rig.assertNothingHeld();
  }

  @Test
  void aPolicyMaySayOtherwiseForWhatOpensOnceByNature() throws FsException {
    rig.setPolicy(
        """
        rules:
          - { id: cdev, match: { kind: vfio-device }, opens: unlimited }
          - { id: pair, match: { kind: vfio-group }, opens: 2 }
        """);
    rig.put("/box/dev", FdKind.VFIO_DEVICE, rig.alice);
    rig.put("/box/grp", FdKind.VFIO_GROUP, rig.alice);
    for (int i = 0; i < 10; i++) {
      open("/box/dev", Access.READ_WRITE);
    }
    open("/box/grp", Access.READ);
    open("/box/grp", Access.READ);
    rig.assertDenied(rig.alice, "pair", Errno.EBUSY, () -> open("/box/grp", Access.READ));
  }

  @Test
  void writersAreCountedApart() throws FsException {
    rig.setPolicy("rules: [{ id: one-writer, match: { entry: \"ram*\" }, writers: 1 }]");
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease writer = open("/box/ram", Access.WRITE);
    Lease reader = open("/box/ram", Access.READ);
    rig.assertDenied(
        rig.alice, "one-writer", Errno.EBUSY, () -> open("/box/ram", Access.READ_WRITE));
    rig.release(reader);
    rig.assertDenied(rig.alice, "one-writer", Errno.EBUSY, () -> open("/box/ram", Access.WRITE));
    rig.release(writer);
    rig.release(open("/box/ram", Access.READ_WRITE));
  }

  @Test
  void anOpenThatTruncatesIsOneWriter() throws FsException {
    rig.setPolicy("rules: [{ id: one-writer, match: { entry: \"ram*\" }, opens: 1, writers: 1 }]");
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease writer = open("/box/ram", Access.WRITE);
    rig.guard.metadata().setattr(Target.at("/box/ram"), AttributeChange.size(0), rig.alice);
    rig.release(writer);
  }

  @Test
  void aSizeByNameIsAWriterForAMoment() throws FsException {
    rig.setPolicy("rules: [{ id: one-writer, match: { entry: \"ram*\" }, writers: 1 }]");
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease writer = open("/box/ram", Access.WRITE);
    rig.assertDenied(
        rig.bob,
        "one-writer",
        Errno.EBUSY,
        () ->
            rig.guard.metadata().setattr(Target.at("/box/ram"), AttributeChange.size(10), rig.bob));
    var shown = rig.guard.metadata().setattr(writer, AttributeChange.size(10), rig.alice);
    assertThat(shown.size()).isEqualTo(10);
    rig.release(writer);
    rig.assertNothingHeld();
  }

  @Test
  void theFirstLimitThatFitsCounts() throws FsException {
    rig.setPolicy(
        """
        rules:
          - { id: named, match: { entry: "ram0" }, opens: 2 }
          - { id: all, match: { box: "*" }, opens: 1 }
        """);
    rig.put("/box/ram0", FdKind.MEMFD, rig.alice);
    rig.put("/box/ram1", FdKind.MEMFD, rig.alice);
    open("/box/ram0", Access.READ);
    open("/box/ram0", Access.READ);
    open("/box/ram1", Access.READ);
    rig.assertDenied(rig.alice, "named", Errno.EBUSY, () -> open("/box/ram0", Access.READ));
    rig.assertDenied(rig.alice, "all", Errno.EBUSY, () -> open("/box/ram1", Access.READ));
  }

  @Test
  void aConditionDecidesWhetherALimitFits() throws FsException {
    rig.setPolicy(
        """
        rules:
          - { id: others, match: { box: "*" }, when: "caller.uid != entry.uid", opens: 1 }
        """);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    open("/box/ram", Access.READ);
    open("/box/ram", Access.READ);
    rig.assertDenied(rig.bob, "others", Errno.EBUSY, () -> rig.open("/box/ram", rig.bob));
  }

  @Test
  void aClaimFollowsTheEntryToItsNewName() throws FsException {
    rig.put("/box/dev", FdKind.VFIO_DEVICE, rig.alice);
    Lease lease = open("/box/dev", Access.READ);
    rig.guard.namespace().rename("/box/dev", "/box/new", false, rig.alice);
    rig.assertDenied(rig.alice, "single-open", Errno.EBUSY, () -> open("/box/new", Access.READ));
    rig.release(lease);
    rig.release(open("/box/new", Access.READ));
  }

  @Test
  void theReasonNamesAHandfulOfHolders() throws FsException {
    rig.setPolicy("rules: [{ id: many, match: { box: \"*\" }, opens: 7 }]");
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    for (int pid = 1; pid <= 7; pid++) {
      rig.open("/box/ram", rig.process(rig.alice, pid));
    }
    assertThat(rig.denial(rig.alice, () -> open("/box/ram", Access.READ)).reason())
        .isEqualTo("open at most 7 times at a time, held by pid 1, 2, 3, 4, 5 and others");
  }
}
