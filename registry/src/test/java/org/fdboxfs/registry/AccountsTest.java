package org.fdboxfs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final int ALICE = 1000;
  private static final int BOB = 2000;

  private final Registry registry = new Registry(new FakeClock(), 0, 0);
  private final Directory box =
      registry.mkdir(registry.root(), "box", new Ownership(ALICE, 0, 0755));
  private final Entry ram = put("ram", ALICE, 100);

  AccountsTest() throws FsException {}

  private Entry put(String name, int uid, long size) throws FsException {
    FakeDescriptor memory = FakeDescriptor.memory(size);
    return registry.put(box, name, new Ownership(uid, 0, 0600), memory, memory.stat());
  }

  private void assertHeld(int uid, int boxes, int entries, long bytes) {
    Account account = registry.account(uid);
    assertThat(account.boxes()).as("boxes of %d", uid).isEqualTo(boxes);
    assertThat(account.entries()).as("entries of %d", uid).isEqualTo(entries);
    assertThat(account.bytes()).as("bytes of %d", uid).isEqualTo(bytes);
  }

  @Test
  void whoPutsIsCharged() throws FsException {
    put("other", BOB, 5);
    assertHeld(ALICE, 1, 1, 100);
    assertHeld(BOB, 0, 1, 5);
    assertHeld(3000, 0, 0, 0);
  }

  @Test
  void whatLeavesIsNotChargedAnyMore() throws FsException {
    registry.remove(ram);
    assertHeld(ALICE, 1, 0, 0);
    registry.remove(box);
    assertHeld(ALICE, 0, 0, 0);
  }

  @Test
  void aSizeThatWasSeenIsChargedOnce() {
    registry.seenSize(ram, 300);
    registry.seenSize(ram, 300);
    assertHeld(ALICE, 1, 1, 300);
    registry.seenSize(ram, 10);
    assertHeld(ALICE, 1, 1, 10);
  }

  @Test
  void aSizeThatIsSeenAfterTheEntryLeftIsNobodys() throws FsException {
    registry.remove(ram);
    registry.seenSize(ram, 500);
    assertHeld(ALICE, 1, 0, 0);
  }

  @Test
  void aNewOwnerTakesTheChargeOver() {
    registry.chown(ram, BOB, -1);
    assertHeld(ALICE, 1, 0, 0);
    assertHeld(BOB, 0, 1, 100);
    registry.chown(box, BOB, -1);
    assertHeld(ALICE, 0, 0, 0);
    assertHeld(BOB, 1, 1, 100);
  }

  @Test
  void aNewGroupMovesNoCharge() {
    registry.chown(ram, -1, 77);
    registry.chown(ram, ALICE, 78);
    assertThat(ram.gid()).isEqualTo(78);
    assertHeld(ALICE, 1, 1, 100);
  }

  @Test
  void theOwnerOfWhatWasRemovedChangesWithoutACharge() throws FsException {
    registry.remove(ram);
    registry.chown(ram, BOB, -1);
    assertThat(ram.uid()).isEqualTo(BOB);
    assertHeld(ALICE, 1, 0, 0);
    assertHeld(BOB, 0, 0, 0);
  }
}
