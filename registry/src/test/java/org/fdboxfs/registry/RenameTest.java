package org.fdboxfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.junit.jupiter.api.Test;

class RenameTest {
  private static final Ownership ALICE = new Ownership(1000, 1001, 0750);

  private final FakeClock clock = new FakeClock();
  private final Registry registry = new Registry(clock, 0, 0);
  private final Box one = (Box) registry.mkdir(registry.root(), "one", ALICE);
  private final Box two = (Box) registry.mkdir(registry.root(), "two", ALICE);
  private final Directory dir = registry.mkdir(one, "dir", ALICE);
  private final Entry ram = put(dir, "ram", 100);

  RenameTest() throws FsException {}

  private Entry put(Directory into, String name, long size) throws FsException {
    FakeDescriptor memory = FakeDescriptor.memory(size);
    return registry.put(into, name, ALICE, memory, memory.stat());
  }

  @Test
  void anEntryMovesWithItsInodeItsClaimsAndItsTimes() throws FsException {
    long inode = ram.inode();
    registry.claim(ram, Access.READ, new FakeProcesses().caller(5, 5, 55), false);
    Timestamp moved = clock.tick();
    assertThat(registry.rename(ram, two, "mem")).isNull();
    assertThat(ram.path()).isEqualTo("/two/mem");
    assertThat(ram.inode()).isEqualTo(inode);
    assertThat(ram.changed()).isEqualTo(moved);
    assertThat(dir.child("ram")).isNull();
    assertThat(two.child("mem")).isSameAs(ram);
    assertThat(dir.claimed()).isEmpty();
    assertThat(two.claimed()).containsExactly(ram);
  }

  @Test
  void aReplacedEntryIsHandedBackAndStopsCounting() throws FsException {
    Entry old = put(two, "mem", 40);
    assertThat(registry.rename(ram, two, "mem")).isSameAs(old.descriptor());
    assertThat(old.linked()).isFalse();
    assertThat(registry.entries()).isEqualTo(1);
    assertThat(two.entries()).isEqualTo(1);
    assertThat(one.entries()).isZero();
    assertThat(registry.account(1000).entries()).isEqualTo(1);
    assertThat(registry.account(1000).bytes()).isEqualTo(100);
  }

  @Test
  void aNodeRenamedToItselfStays() throws FsException {
    assertThat(registry.rename(ram, dir, "ram")).isNull();
    assertThat(ram.path()).isEqualTo("/one/dir/ram");
    assertThat(registry.rename(dir, one, "dir")).isNull();
  }

  @Test
  void aDirectoryTakesItsEntriesToTheOtherBox() throws FsException {
    registry.rename(dir, two, "net");
    assertThat(ram.path()).isEqualTo("/two/net/ram");
    assertThat(ram.box()).isSameAs(two);
    assertThat(one.entries()).isZero();
    assertThat(two.entries()).isEqualTo(1);
    assertThat(one.subdirectories()).isZero();
    assertThat(two.subdirectories()).isEqualTo(1);
  }

  @Test
  void aBoxStaysABoxAndNothingElseBecomesOne() {
    assertThat(errnoOf(() -> registry.rename(one, two, "one"))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> registry.rename(dir, registry.root(), "dir"))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> registry.rename(ram, registry.root(), "ram"))).isEqualTo(Errno.EPERM);
  }

  @Test
  void aBoxReplacesAnEmptyBoxOnly() throws FsException {
    assertThat(errnoOf(() -> registry.rename(two, registry.root(), "one")))
        .isEqualTo(Errno.ENOTEMPTY);
    registry.rename(one, registry.root(), "two");
    assertThat(two.linked()).isFalse();
    assertThat(one.path()).isEqualTo("/two");
    assertThat(registry.account(1000).boxes()).isEqualTo(1);
  }

  @Test
  void aDirectoryDoesNotMoveIntoItself() throws FsException {
    Directory inner = registry.mkdir(dir, "inner", ALICE);
    assertThat(errnoOf(() -> registry.rename(dir, inner, "dir"))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> registry.rename(dir, dir, "again"))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void entriesReplaceEntriesAndDirectoriesReplaceEmptyDirectories() throws FsException {
    Directory empty = registry.mkdir(two, "empty", ALICE);
    Entry other = put(two, "other", 1);
    assertThat(errnoOf(() -> registry.rename(ram, two, "empty"))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> registry.rename(dir, two, "other"))).isEqualTo(Errno.ENOTDIR);
    assertThat(errnoOf(() -> registry.rename(empty, one, "dir"))).isEqualTo(Errno.ENOTEMPTY);
    assertThat(other.linked()).isTrue();
    registry.rename(dir, two, "empty");
    assertThat(empty.linked()).isFalse();
  }

  @Test
  void theDepthLimitHoldsForTheWholeTreeThatMoves() throws FsException {
    Directory deep = two;
    for (int level = 1; level < Registry.MAX_DEPTH; level++) {
      deep = registry.mkdir(deep, "d", ALICE);
    }
    Directory inner = registry.mkdir(dir, "inner", ALICE);
    Directory into = deep;
    assertThat(errnoOf(() -> registry.rename(dir, into, "dir"))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(inner.path()).isEqualTo("/one/dir/inner");
    registry.rename(inner, into, "inner");
    assertThat(inner.depth()).isEqualTo(1 + Registry.MAX_DEPTH);
  }

  @Test
  void aRefusedRenameChangesNothing() throws FsException {
    put(two, "mem", 40);
    Timestamp before = two.modified();
    clock.tick();
    assertThat(errnoOf(() -> registry.rename(dir, two, "mem"))).isEqualTo(Errno.ENOTDIR);
    assertThat(errnoOf(() -> registry.rename(ram, two, "a/b"))).isEqualTo(Errno.EINVAL);
    assertThat(ram.path()).isEqualTo("/one/dir/ram");
    assertThat(two.modified()).isEqualTo(before);
    assertThat(registry.entries()).isEqualTo(2);
  }

  @Test
  void whatWasRemovedDoesNotComeBackByRename() throws FsException {
    registry.remove(ram);
    assertThat(errnoOf(() -> registry.rename(ram, two, "ram"))).isEqualTo(Errno.ENOENT);
    Directory gone = registry.mkdir(two, "gone", ALICE);
    registry.remove(gone);
    assertThat(errnoOf(() -> registry.rename(dir, gone, "dir"))).isEqualTo(Errno.ENOENT);
  }
}
