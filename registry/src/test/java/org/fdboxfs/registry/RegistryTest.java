package org.fdboxfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final Ownership ALICE = new Ownership(1000, 1001, 0750);

  private final FakeClock clock = new FakeClock();
  private final Registry registry = new Registry(clock, 0, 0);
  private final Directory box = registry.mkdir(registry.root(), "box", ALICE);

  RegistryTest() throws FsException {}

  private Entry put(Directory into, String name) throws FsException {
    FakeDescriptor memory = FakeDescriptor.memory(10);
    return registry.put(into, name, ALICE, memory, memory.stat());
  }

  @Test
  void theRootIsOpenToAllAndSticky() {
    assertThat(registry.root().mode()).isEqualTo(01777);
    assertThat(registry.root().isRoot()).isTrue();
    assertThat(registry.root().linked()).isTrue();
    assertThat(registry.root().path()).isEqualTo("/");
    assertThat(registry.root().depth()).isZero();
    assertThat(registry.root().box()).isNull();
  }

  @Test
  void whatIsMadeAtTheRootIsABox() throws FsException {
    assertThat(box).isInstanceOf(Box.class);
    assertThat(box.box()).isSameAs(box);
    assertThat(box.uid()).isEqualTo(1000);
    assertThat(box.gid()).isEqualTo(1001);
    assertThat(box.mode()).isEqualTo(0750);
    Directory below = registry.mkdir(box, "net", ALICE);
    assertThat(below).isNotInstanceOf(Box.class);
    assertThat(below.box()).isSameAs(box);
    assertThat(below.path()).isEqualTo("/box/net");
    assertThat(below.depth()).isEqualTo(2);
  }

  @Test
  void aNameIsTakenOnce() throws FsException {
    put(box, "ram");
    assertThat(errnoOf(() -> put(box, "ram"))).isEqualTo(Errno.EEXIST);
    assertThat(errnoOf(() -> registry.mkdir(box, "ram", ALICE))).isEqualTo(Errno.EEXIST);
    assertThat(errnoOf(() -> registry.mkdir(registry.root(), "box", ALICE)))
        .isEqualTo(Errno.EEXIST);
    assertThat(errnoOf(() -> put(box, "a/b"))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void entriesLiveInBoxesOnly() {
    assertThat(errnoOf(() -> put(registry.root(), "ram"))).isEqualTo(Errno.EPERM);
    assertThat(registry.entries()).isZero();
  }

  @Test
  void directoriesNestSixteenDeepInsideABox() throws FsException {
    Directory deepest = box;
    for (int level = 1; level <= Registry.MAX_DEPTH; level++) {
      deepest = registry.mkdir(deepest, "d", ALICE);
    }
    Directory last = deepest;
    assertThat(errnoOf(() -> registry.mkdir(last, "d", ALICE))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(put(last, "ram").path()).endsWith("/d/ram");
  }

  @Test
  void nothingIsAddedToWhatWasRemoved() throws FsException {
    Directory gone = registry.mkdir(box, "gone", ALICE);
    registry.remove(gone);
    assertThat(gone.linked()).isFalse();
    assertThat(errnoOf(() -> put(gone, "ram"))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> registry.mkdir(gone, "d", ALICE))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> registry.remove(gone))).isEqualTo(Errno.ENOENT);
  }

  @Test
  void aDirectoryWithSomethingInItStays() throws FsException {
    Entry ram = put(box, "ram");
    assertThat(errnoOf(() -> registry.remove(box))).isEqualTo(Errno.ENOTEMPTY);
    assertThat(registry.remove(ram)).isSameAs(ram.descriptor());
    assertThat(registry.remove(box)).isNull();
    assertThat(registry.root().children()).isEmpty();
  }

  @Test
  void aRemovedEntryKeepsItsLastNameAndItsDescriptorIsTheCallersToClose() throws FsException {
    Entry ram = put(box, "ram");
    registry.remove(ram);
    assertThat(((FakeDescriptor) ram.descriptor()).users()).isEqualTo(1);
    assertThat(ram.path()).isEqualTo("ram");
    assertThat(ram.box()).isNull();
    assertThat(ram.attributes(ram.descriptor().stat()).links()).isZero();
  }

  @Test
  void noInodeNumberIsEverUsedAgain() throws FsException {
    Set<Long> inodes = new HashSet<>(List.of(registry.root().inode(), box.inode()));
    for (int round = 0; round < 50; round++) {
      Entry entry = put(box, "ram");
      Directory directory = registry.mkdir(box, "net", ALICE);
      assertThat(inodes.add(entry.inode())).isTrue();
      assertThat(inodes.add(directory.inode())).isTrue();
      registry.remove(entry);
      registry.remove(directory);
    }
  }

  @Test
  void changesOfADirectoryShowInItsTimes() throws FsException {
    Timestamp made = box.modified();
    Timestamp later = clock.tick();
    Entry ram = put(box, "ram");
    assertThat(box.modified()).isEqualTo(later).isNotEqualTo(made);
    assertThat(box.changed()).isEqualTo(later);
    assertThat(box.accessed()).isEqualTo(made);
    Timestamp muchLater = clock.tick();
    registry.remove(ram);
    assertThat(box.modified()).isEqualTo(muchLater);
    assertThat(ram.changed()).isEqualTo(muchLater);
  }

  @Test
  void aClaimOwnsAReferenceAndIsCountedUntilItIsGivenBack() throws FsException {
    Entry ram = put(box, "ram");
    FakeDescriptor descriptor = (FakeDescriptor) ram.descriptor();
    var caller = new FakeProcesses().caller(5, 5, 55);
    Claim writing = registry.claim(ram, Access.READ_WRITE, caller, true);
    Claim reading = registry.claim(ram, Access.READ, caller, false);
    assertThat(descriptor.users()).isEqualTo(3);
    assertThat(ram.claims()).containsExactly(writing, reading);
    assertThat(ram.writers()).isEqualTo(1);
    assertThat(box.claimed()).containsExactly(ram);
    assertThat(registry.claims()).isEqualTo(2);
    assertThat(writing.id()).isNotEqualTo(reading.id());
    assertThat(writing.cgroup()).isEqualTo("/user.slice");
    assertThat(reading.cgroup()).isEmpty();
    assertThat(reading.process().startTime()).isZero();

    registry.release(writing);
    assertThat(ram.writers()).isZero();
    registry.remove(ram);
    assertThat(box.claimed()).isEmpty();
    registry.release(reading);
    assertThat(registry.claims()).isZero();
    assertThat(ram.claims()).isEmpty();
  }

  @Test
  void whatTakesHoldersToCompareIsNotLookedUpWithoutNeed() throws FsException {
    FakeProcesses processes = new FakeProcesses();
    registry.claim(put(box, "ram"), Access.READ, processes.caller(5, 5, 55), false);
    assertThat(processes.lookedUp).containsExactly("process");
  }

  @Test
  void aDirectoryKnowsWhetherItHoldsADevice() throws FsException {
    Directory net = registry.mkdir(box, "net", ALICE);
    assertThat(net.hasLinkingMember()).isFalse();
    Entry first = registry.put(net, "a", ALICE, new FakeDescriptor(FdKind.IOMMUFD), null);
    Entry second = registry.put(net, "b", ALICE, new FakeDescriptor(FdKind.VFIO_DEVICE), null);
    assertThat(net.hasLinkingMember()).isTrue();
    assertThat(box.hasLinkingMember()).isFalse();
    registry.remove(first);
    assertThat(net.hasLinkingMember()).isTrue();
    registry.rename(second, box, "b");
    assertThat(net.hasLinkingMember()).isFalse();
    assertThat(box.hasLinkingMember()).isTrue();
  }

  @Test
  void entriesBelowAreThoseAtEveryDepth() throws FsException {
    Directory net = registry.mkdir(box, "net", ALICE);
    Entry a = put(box, "a");
    Entry b = put(net, "b");
    assertThat(Registry.entriesBelow(box)).containsExactlyInAnyOrder(a, b);
    assertThat(Registry.entriesBelow(net)).containsExactly(b);
    assertThat(((Box) box).entries()).isEqualTo(2);
    assertThat(registry.entries()).isEqualTo(2);
  }
}
