package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private final Rig rig =
      Rig.withPolicy(
          "quotas: { entriesPerBox: 3, boxesPerUser: 2, entriesPerUser: 5, bytesPerUser: 1000 }");

  QuotaTest() throws FsException {}

  @AfterEach
  void nothingLeaks() {
    rig.assertNothingHeld();
  }

  private void exceeded(Caller caller, ThrowingCallable step) {
    rig.assertDenied(caller, "quota", Errno.EDQUOT, step);
  }

  private void assertHeld(Caller user, int boxes, int entries, long bytes) {
    var account = rig.registry.account(user.uid());
    assertThat(account.boxes()).as("boxes").isEqualTo(boxes);
    assertThat(account.entries()).as("entries").isEqualTo(entries);
    assertThat(account.bytes()).as("bytes").isEqualTo(bytes);
  }

  private void fill(String directory, int entries, Caller caller) throws FsException {
    for (int i = 0; i < entries; i++) {
      rig.put(directory + "/" + caller.uid() + "-" + i, FdKind.PIPE, caller);
    }
  }

  @Test
  void aBoxHoldsSoManyEntriesAtAnyDepth() throws FsException {
    rig.mkdir("/box/dir", 0755, rig.alice);
    fill("/box", 2, rig.alice);
    fill("/box/dir", 1, rig.bob);
    exceeded(rig.alice, () -> rig.put("/box/dir/x", FdKind.PIPE, rig.alice));
    rig.guard.namespace().unlink("/box/1000-0", rig.alice);
    rig.put("/box/dir/x", FdKind.PIPE, rig.alice);
  }

  @Test
  void aUserOwnsSoManyEntriesInAllBoxes() throws FsException {
    rig.mkdir("/two", 0777, rig.alice);
    fill("/box", 3, rig.alice);
    fill("/two", 2, rig.alice);
    exceeded(rig.alice, () -> rig.put("/two/x", FdKind.PIPE, rig.alice));
    rig.put("/two/x", FdKind.PIPE, rig.bob);
    assertHeld(rig.alice, 2, 5, 0);
    assertHeld(rig.bob, 0, 1, 0);
  }

  @Test
  void aUserOwnsSoManyBoxes() throws FsException {
    rig.mkdir("/two", 0755, rig.alice);
    exceeded(rig.alice, () -> rig.mkdir("/three", 0755, rig.alice));
    rig.mkdir("/two/dir", 0755, rig.alice);
    rig.guard.namespace().rmdir("/two/dir", rig.alice);
    rig.guard.namespace().rmdir("/two", rig.alice);
    rig.mkdir("/three", 0755, rig.alice);
    assertHeld(rig.alice, 2, 0, 0);
  }

  @Test
  void bytesCountWhenTheyGoIn() throws FsException {
    rig.put("/box/a", FakeDescriptor.memory(600), rig.alice);
    exceeded(rig.alice, () -> rig.put("/box/b", FakeDescriptor.memory(401), rig.alice));
    rig.put("/box/b", FakeDescriptor.memory(400), rig.alice);
    assertHeld(rig.alice, 1, 2, 1000);
    rig.put("/box/c", FakeDescriptor.memory(1000), rig.bob);
  }

  @Test
  void aSizeThatNoAccountCouldHoldDoesNotOverflow() {
    exceeded(rig.alice, () -> rig.put("/box/a", FakeDescriptor.memory(Long.MAX_VALUE), rig.alice));
  }

  @Test
  void growingCountsAgainstTheOwner() throws FsException {
    rig.put("/box/a", FakeDescriptor.memory(600), rig.alice);
    exceeded(rig.root, () -> resize("/box/a", 1001));
    resize("/box/a", 1000);
    assertHeld(rig.alice, 1, 1, 1000);
    resize("/box/a", 1000);
    resize("/box/a", 10);
    assertHeld(rig.alice, 1, 1, 10);
    assertHeld(rig.root, 0, 0, 0);
  }

  private void resize(String path, long size) throws FsException {
    rig.guard.metadata().setattr(Target.at(path), AttributeChange.size(size), rig.root);
  }

  @Test
  void allocatingCountsAgainstTheOwner() throws FsException {
    rig.put("/box/a", FakeDescriptor.memory(600), rig.alice);
    Lease lease = rig.open("/box/a", rig.alice);
    exceeded(rig.alice, () -> allocate(lease, 600, 401));
    allocate(lease, 0, 500);
    assertHeld(rig.alice, 1, 1, 600);
    allocate(lease, 600, 400);
    assertHeld(rig.alice, 1, 1, 1000);
    rig.release(lease);
  }

  @Test
  void anEndThatIsNoNumberIsTooBig() throws FsException {
    rig.put("/box/a", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/a", rig.alice);
    assertThat(errnoOf(() -> allocate(lease, Long.MAX_VALUE, 1))).isEqualTo(Errno.EFBIG);
    rig.release(lease);
  }

  private void allocate(Lease lease, long offset, long length) throws FsException {
    rig.guard.sizes().allocate(lease, 0, offset, length, rig.alice);
  }

  @Test
  void whatGrewWithoutUsCountsOnceItWasSeen() throws FsException {
    FakeDescriptor memory = rig.put("/box/a", FakeDescriptor.memory(100), rig.alice);
    memory.writtenBySomebody(900, rig.clock.tick());
    rig.put("/box/b", FakeDescriptor.memory(300), rig.alice);
    assertThat(rig.guard.metadata().attributes(Target.at("/box/a")).size()).isEqualTo(900);
    assertHeld(rig.alice, 1, 2, 1200);
    exceeded(rig.alice, () -> rig.put("/box/c", FakeDescriptor.memory(1), rig.alice));
    rig.guard.namespace().unlink("/box/a", rig.alice);
    assertHeld(rig.alice, 1, 1, 300);
  }

  @Test
  void aMoveToAnotherBoxCountsThere() throws FsException {
    rig.mkdir("/two", 0777, rig.alice);
    fill("/box", 2, rig.alice);
    fill("/two", 2, rig.alice);
    Namespace names = rig.guard.namespace();
    names.rename("/two/1000-0", "/box/moved", false, rig.alice);
    exceeded(rig.alice, () -> names.rename("/two/1000-1", "/box/more", false, rig.alice));
    names.rename("/box/moved", "/two/back", false, rig.alice);
    assertHeld(rig.alice, 2, 4, 0);
  }

  @Test
  void aDirectoryMovesWithAllItsEntriesOrNotAtAll() throws FsException {
    rig.mkdir("/two", 0777, rig.alice);
    rig.mkdir("/two/dir", 0755, rig.alice);
    fill("/two/dir", 2, rig.alice);
    fill("/box", 2, rig.alice);
    Namespace names = rig.guard.namespace();
    exceeded(rig.alice, () -> names.rename("/two/dir", "/box/dir", false, rig.alice));
    names.unlink("/box/1000-0", rig.alice);
    names.rename("/two/dir", "/box/dir", false, rig.alice);
    exceeded(rig.bob, () -> rig.put("/box/x", FdKind.PIPE, rig.bob));
    rig.put("/two/x", FdKind.PIPE, rig.bob);
  }

  @Test
  void aMoveOverAnEntryOfAFullBoxAddsNothing() throws FsException {
    rig.mkdir("/two", 0777, rig.alice);
    fill("/box", 3, rig.alice);
    rig.put("/two/x", FdKind.PIPE, rig.alice);
    rig.guard.namespace().rename("/two/x", "/box/1000-0", false, rig.alice);
    assertHeld(rig.alice, 2, 3, 0);
  }

  @Test
  void aRenameInsideABoxThatIsOverItsQuotaGoesOn() throws FsException {
    fill("/box", 3, rig.alice);
    rig.setPolicy("quotas: { entriesPerBox: 1 }");
    rig.guard.namespace().rename("/box/1000-0", "/box/x", false, rig.alice);
    exceeded(rig.alice, () -> rig.put("/box/y", FdKind.PIPE, rig.alice));
  }

  @Test
  void aNewOwnerIsChargedAndTheOldOneIsNot() throws FsException {
    rig.put("/box/a", FakeDescriptor.memory(600), rig.alice);
    Metadata metadata = rig.guard.metadata();
    metadata.setattr(Target.at("/box/a"), AttributeChange.owner(2000, -1), rig.root);
    metadata.setattr(Target.at("/box"), AttributeChange.owner(2000, 2000), rig.root);
    assertHeld(rig.alice, 0, 0, 0);
    assertHeld(rig.bob, 1, 1, 600);
    metadata.setattr(Target.at("/box/a"), AttributeChange.owner(-1, 5), rig.root);
    assertHeld(rig.bob, 1, 1, 600);
  }

  @Test
  void aFailedResizeIsChargedForWhatIsThere() throws FsException {
    FakeDescriptor memory = rig.put("/box/a", FakeDescriptor.memory(100), rig.alice);
    memory.breakDown();
    assertThat(errnoOf(() -> resize("/box/a", 500))).isEqualTo(Errno.EIO);
    assertThat(memory.users()).isEqualTo(1);
  }

  @Test
  void theDaemonsOwnLimitHasItsOwnErrno() throws FsException {
    rig.setPolicy("quotas: { entriesPerBox: 1000 }");
    fill("/box", Rig.DESCRIPTORS, rig.alice);
    FakeDescriptor offered = new FakeDescriptor(FdKind.MEMFD);
    rig.assertDenied(rig.root, "quota", Errno.ENFILE, () -> rig.put("/box/x", offered, rig.root));
    assertThat(offered.users()).isZero();
  }
}
