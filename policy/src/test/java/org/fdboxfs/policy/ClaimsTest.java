package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.Set;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimsTest {
  private final Rig rig = new Rig();

  ClaimsTest() throws FsException {}

  @AfterEach
  void nothingLeaks() {
    rig.assertNothingHeld();
  }

  @Test
  void anEntryIsTheCallersWithTheModeThatWasAskedFor() throws FsException {
    rig.guard.puts().put("/box/ram", 0104640, rig.bob, rig.offer(FdKind.MEMFD));
    var shown = rig.guard.metadata().attributes(Target.at("/box/ram"));
    assertThat(shown.uid()).isEqualTo(2000);
    assertThat(shown.gid()).isEqualTo(2000);
    assertThat(shown.mode()).isEqualTo(04640);
  }

  @Test
  void aSetGroupIdDirectoryHandsItsGroupDown() throws FsException {
    rig.guard.namespace().mkdir("/box/shared", 02775, rig.alice);
    rig.put("/box/shared/ram", FdKind.MEMFD, rig.bob);
    rig.mkdir("/box/shared/sub", 0700, rig.bob);
    var ram = rig.guard.metadata().attributes(Target.at("/box/shared/ram"));
    var sub = rig.guard.metadata().attributes(Target.at("/box/shared/sub"));
    assertThat(ram.gid()).isEqualTo(1000);
    assertThat(sub.gid()).isEqualTo(1000);
    assertThat(sub.mode()).isEqualTo(02700);
  }

  @ParameterizedTest
  @CsvSource({
    "/ram, EPERM",
    "/box/ram, EEXIST",
    "/box/no/ram, ENOENT",
    "/box/ram/x, ENOTDIR",
    "/box/., EINVAL",
    "/box/a\ufffd, EILSEQ"
  })
  void aPutThatIsRefusedClosesWhatItWasGiven(String path, String errno) throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    FakeDescriptor offered = new FakeDescriptor(FdKind.MEMFD);
    assertThat(errnoOf(() -> rig.put(path, offered, rig.alice))).hasToString(errno);
    assertThat(offered.users()).isZero();
  }

  @Test
  void aPutThatTheRulesRefuseClosesWhatItWasGiven() {
    FakeDescriptor offered = new FakeDescriptor(FdKind.EPOLL);
    assertThat(errnoOf(() -> rig.put("/box/e", offered, rig.alice))).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(offered.users()).isZero();
  }

  @Test
  void aPutOfWhatTheKernelDoesNotTellAboutClosesIt() {
    FakeDescriptor broken = new FakeDescriptor(FdKind.MEMFD);
    broken.breakDown();
    assertThat(errnoOf(() -> rig.put("/box/ram", broken, rig.alice))).isEqualTo(Errno.EIO);
    assertThat(broken.users()).isZero();
  }

  @Test
  void aClaimHoldsTheDescriptorAfterTheNameIsGone() throws FsException {
    FakeDescriptor memory = rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/ram", rig.bob);
    assertThat(memory.users()).isEqualTo(2);
    rig.guard.namespace().unlink("/box/ram", rig.alice);
    assertThat(memory.users()).isEqualTo(1);
    assertThat(lease.descriptor()).isSameAs(memory);
    assertThat(rig.guard.metadata().attributes(lease).links()).isZero();
    rig.release(lease);
    assertThat(memory.users()).isZero();
  }

  @Test
  void releasingTwiceReleasesOnce() throws FsException {
    FakeDescriptor memory = rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    Lease first = rig.open("/box/ram", rig.alice);
    Lease second = rig.open("/box/ram", rig.alice);
    rig.release(first);
    rig.release(first);
    assertThat(memory.users()).isEqualTo(2);
    assertThat(rig.guard.inspection().totals().claims()).isEqualTo(1);
    rig.release(second);
  }

  @Test
  void aReplacedEntryIsClosedUnlessItIsClaimed() throws FsException {
    FakeDescriptor old = rig.put("/box/old", FdKind.MEMFD, rig.alice);
    FakeDescriptor claimed = rig.put("/box/claimed", FdKind.MEMFD, rig.alice);
    Lease lease = rig.open("/box/claimed", rig.alice);
    FakeDescriptor young = rig.put("/box/young", FdKind.MEMFD, rig.alice);
    rig.guard.namespace().rename("/box/young", "/box/old", false, rig.alice);
    assertThat(old.users()).isZero();
    rig.guard.namespace().rename("/box/old", "/box/claimed", false, rig.alice);
    assertThat(claimed.users()).isEqualTo(1);
    rig.release(lease);
    assertThat(claimed.users()).isZero();
    assertThat(young.users()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"READ, READ_WRITE", "READ, WRITE", "WRITE, READ", "WRITE, READ_WRITE"})
  void anEntryNeverOpensForMoreThanItsDescriptorWas(Access held, Access asked) throws FsException {
    rig.put("/box/ram", new FakeDescriptor(FdKind.MEMFD, held), rig.alice);
    rig.assertDenied(
        rig.root,
        "descriptor",
        Errno.EACCES,
        () -> rig.guard.claims().open("/box/ram", asked, rig.root));
    rig.release(rig.guard.claims().open("/box/ram", held, rig.root));
  }

  @Test
  void onlyEntriesAreOpened() {
    assertThat(errnoOf(() -> rig.open("/box", rig.alice))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> rig.open("/box/no", rig.alice))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> rig.open("/no/ram", rig.alice))).isEqualTo(Errno.ENOENT);
  }

  @Test
  void newMemoryIsListedAndClaimedInOneStep() throws FsException {
    FakeDescriptor memory = new FakeDescriptor(FdKind.MEMFD);
    Lease lease =
        rig.guard.puts().create("/box/ram", 0644, Access.READ, rig.alice, rig.offer(memory));
    assertThat(memory.users()).isEqualTo(2);
    assertThat(lease.access()).isEqualTo(Access.READ);
    assertThat(lease.inode())
        .isEqualTo(rig.guard.metadata().attributes(Target.at("/box/ram")).inode());
    rig.release(lease);
  }

  @Test
  void memoryThatMayNotBeOpenedIsNotCreatedEither() throws FsException {
    rig.mark("/box", "user.fdbox.link", "together", rig.alice);
    FakeDescriptor memory = new FakeDescriptor(FdKind.MEMFD);
    rig.assertDenied(rig.alice, "link:mark", Errno.ENOLINK, () -> create(memory, rig.alice));
    assertThat(memory.users()).isZero();
    assertThat(rig.registry.entries()).isZero();
    assertThat(rig.registry.account(1000).entries()).isZero();
    assertThat(rig.guard.journal().after(0, 99))
        .extracting(Event::type)
        .endsWith("put", "deny", "remove");
  }

  @Test
  void aCreateThatFailsInTheMiddleLeavesNothing() throws FsException {
    rig.mark("/box", "user.fdbox.link", "reserve", rig.alice);
    FakeDescriptor memory = new FakeDescriptor(FdKind.MEMFD);
    Caller vanishing = new Caller(1000, 1000, 100, new FailingProcesses());
    assertThatThrownBy(() -> create(memory, vanishing)).isInstanceOf(ArithmeticException.class);
    assertThat(memory.users()).isZero();
    assertThat(rig.registry.entries()).isZero();
  }

  private void create(FakeDescriptor memory, Caller caller) throws FsException {
    rig.guard.puts().create("/box/ram", 0600, Access.READ_WRITE, caller, rig.offer(memory));
  }

  @Test
  void whatTellsHoldersApartIsLookedUpForMembersOfGroupsOnly() throws FsException {
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.put("/box/other", FdKind.MEMFD, rig.alice);
    rig.processes.lookedUp.clear();
    rig.release(rig.open("/box/ram", rig.process(rig.alice, 7)));
    assertThat(rig.processes.lookedUp).containsExactly("process");
    rig.mark("/box", "user.fdbox.link", "reserve", rig.alice);
    rig.release(rig.open("/box/ram", rig.process(rig.alice, 7)));
    assertThat(rig.processes.lookedUp).contains("start", "cgroup");
  }

  /** Processes that cannot be told apart, because asking fails. */
  private static final class FailingProcesses implements ProcessTable {
    private final FakeProcesses others = new FakeProcesses();

    @Override
    public int processOf(int thread) {
      return others.processOf(thread);
    }

    @Override
    public long startTime(int process) {
      throw new ArithmeticException("not a number");
    }

    @Override
    public @Nullable Set<Integer> groups(int thread) {
      return others.groups(thread);
    }

    @Override
    public @Nullable Set<String> capabilities(int thread) {
      return others.capabilities(thread);
    }

    @Override
    public String executable(int process) {
      return others.executable(process);
    }

    @Override
    public String cgroup(int process) {
      return others.cgroup(process);
    }

    @Override
    public String command(int process) {
      return others.command(process);
    }
  }
}
