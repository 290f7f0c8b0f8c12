package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.fdboxfs.fake.Refusals.errnoOf;
import static org.fdboxfs.fs.Mount.O_RDONLY;
import static org.fdboxfs.fs.Mount.O_RDWR;
import static org.fdboxfs.fs.Mount.O_WRONLY;

import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.fdboxfs.policy.Listing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FdBoxFsTest {
  private static final int O_APPEND = 02000;

  private final Mount mount = new Mount();
  private final FdBoxFs fs = mount.fs;

  FdBoxFsTest() throws FsException {}

  @Test
  void aSymbolicLinkPutsTheDescriptorThatItNames() throws FsException {
    FakeDescriptor pipe = mount.put("/box/p", FdKind.PIPE, mount.alice);
    Attributes shown = fs.getattr("/box/p");
    assertThat(shown.mode()).isEqualTo(0600);
    assertThat(shown.uid()).isEqualTo(1000);
    assertThat(shown.fullMode()).isEqualTo(0100600);
    assertThat(pipe.users()).isEqualTo(1);
  }

  @Test
  void aPutThatFailsBeforeTheRulesIsTold() {
    assertThat(errnoOf(() -> fs.symlink("/proc/1/fd/5", "/box/x", mount.alice)))
        .isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> fs.symlink("/etc", "/box/x", mount.alice))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.symlink("/dev/fd/44", "/box/x", mount.alice)))
        .isEqualTo(Errno.EBADF);
    assertThat(mount.guard.journal().denials(1000))
        .extracting("deny.errno", "deny.rule")
        .containsExactly(
            tuple(Errno.EPERM, "put"), tuple(Errno.EINVAL, "put"), tuple(Errno.EBADF, "put"));
  }

  @Test
  void aHandleIsAClaimUntilItIsReleased() throws FsException {
    FakeDescriptor memory = mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    long handle = fs.open("/box/ram", O_RDWR, mount.alice);
    assertThat(memory.users()).isEqualTo(2);
    fs.content().flush(handle);
    assertThat(memory.users()).isEqualTo(2);
    fs.release(handle);
    assertThat(memory.users()).isEqualTo(1);
    fs.release(handle);
    assertThat(memory.users()).isEqualTo(1);
    assertThat(fs.handles().size()).isZero();
  }

  @Test
  void aRefusedOpenLeavesNoHandle() throws FsException {
    mount.put("/box/dev", FdKind.VFIO_DEVICE, mount.alice);
    long first = fs.open("/box/dev", O_RDWR, mount.alice);
    assertThat(errnoOf(() -> fs.open("/box/dev", O_RDONLY, mount.alice))).isEqualTo(Errno.EBUSY);
    assertThat(fs.handles().size()).isEqualTo(1);
    fs.release(first);
    fs.release(fs.open("/box/dev", O_RDWR, mount.alice));
  }

  @Test
  void aNewFileIsNewMemory() throws FsException {
    long handle = fs.create("/box/new", 0640, O_RDWR, mount.alice);
    assertThat(fs.getattr("/box/new").mode()).isEqualTo(0640);
    assertThat(fs.content().write(handle, mount.memory.buffer(10), 5, 0, mount.alice))
        .isEqualTo(10);
    assertThat(fs.getattr(handle).size()).isEqualTo(15);
    fs.mknod("/box/other", 0600, mount.alice);
    assertThat(fs.getattr("/box/other").size()).isZero();
    assertThat(errnoOf(() -> fs.mknod("/box/other", 0600, mount.alice))).isEqualTo(Errno.EEXIST);
    assertThat(mount.source.made.get(2).users()).isZero();
    fs.release(handle);
  }

  @Test
  void memoryIsReadAndWrittenInTheDirectionOfTheOpen() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    long reading = fs.open("/box/ram", O_RDONLY, mount.alice);
    long writing = fs.open("/box/ram", O_WRONLY, mount.alice);
    assertThat(fs.content().write(writing, mount.memory.buffer(10), 0, 0, mount.alice))
        .isEqualTo(10);
    assertThat(fs.content().read(reading, mount.memory.buffer(100), 4)).isEqualTo(6);
    assertThat(
            errnoOf(() -> fs.content().write(reading, mount.memory.buffer(1), 0, 0, mount.alice)))
        .isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> fs.content().read(writing, mount.memory.buffer(1), 0)))
        .isEqualTo(Errno.EBADF);
  }

  @Test
  void aHandleThatAppendsWritesAtTheEnd() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    long handle = fs.open("/box/ram", O_WRONLY | O_APPEND, mount.alice);
    fs.content().write(handle, mount.memory.buffer(10), 0, O_APPEND, mount.alice);
    fs.content().write(handle, mount.memory.buffer(10), 0, O_APPEND, mount.alice);
    assertThat(fs.getattr(handle).size()).isEqualTo(20);
  }

  @Test
  void aStreamIsUsedInTheDirectionOfTheOpen() throws FsException {
    mount.put("/box/p", FdKind.PIPE, mount.alice);
    Stream reading = mount.stream(fs.open("/box/p", O_RDONLY, mount.alice));
    Stream writing = mount.stream(fs.open("/box/p", O_WRONLY, mount.alice));
    var buffer = mount.memory.buffer(3);
    assertThat(reading.readNow(buffer)).isZero();
    assertThat(writing.writeNow(buffer)).isEqualTo(3);
    assertThat(errnoOf(() -> reading.writeNow(buffer))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> writing.readNow(buffer))).isEqualTo(Errno.EBADF);
    assertThat(reading.number()).isEqualTo(99);
  }

  @ParameterizedTest
  @EnumSource(names = {"IOMMUFD", "VFIO_DEVICE", "PIDFD", "NAMESPACE"})
  void aHandleKindIsNeitherReadNorWritten(FdKind kind) throws FsException {
    mount.put("/box/h", kind, mount.alice);
    long handle = fs.open("/box/h", O_RDWR, mount.alice);
    assertThat(fs.content().stream(handle)).isNull();
    assertThat(errnoOf(() -> fs.content().read(handle, mount.memory.buffer(1), 0)))
        .isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.content().write(handle, mount.memory.buffer(1), 0, 0, mount.alice)))
        .isEqualTo(Errno.EINVAL);
  }

  @Test
  void aNumberThatIsNoHandleIsRefused() {
    assertThat(errnoOf(() -> fs.getattr(0))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> fs.content().read(5, mount.memory.buffer(1), 0)))
        .isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> fs.readdir(5, 0))).isEqualTo(Errno.EBADF);
    assertThat(errnoOf(() -> fs.content().fallocate(5, 0, 0, 1, mount.alice)))
        .isEqualTo(Errno.EBADF);
    assertThat(fs.content().stream(5)).isNull();
  }

  @Test
  void aHandleWorksOnAfterItsNameIsGone() throws FsException {
    FakeDescriptor memory = mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    long handle = fs.open("/box/ram", O_RDWR, mount.alice);
    fs.unlink("/box/ram", mount.alice);
    assertThat(fs.getattr(handle).links()).isZero();
    fs.content().fallocate(handle, 0, 0, 50, mount.alice);
    assertThat(fs.setattr(handle, AttributeChange.size(20), mount.alice).size()).isEqualTo(20);
    fs.release(handle);
    assertThat(memory.users()).isZero();
  }

  @Test
  void aDirectoryIsListedAsItWasFirstReadAndAnewFromTheStart() throws FsException {
    long handle = fs.opendir("/box", mount.alice);
    mount.put("/box/a", FdKind.PIPE, mount.alice);
    assertThat(listing(handle, 0).size()).isEqualTo(1);
    mount.put("/box/b", FdKind.PIPE, mount.alice);
    assertThat(listing(handle, 2).size()).isEqualTo(1);
    assertThat(listing(handle, 0).size()).isEqualTo(2);
    fs.releasedir(handle);
    assertThat(errnoOf(() -> fs.readdir(handle, 0))).isEqualTo(Errno.EBADF);
  }

  private Listing listing(long handle, long offset) throws FsException {
    Listing listing = fs.readdir(handle, offset);
    if (listing == null) {
      throw new AssertionError("only the control directory has no listing");
    }
    return listing;
  }

  @Test
  void openingADirectoryClaimsNothing() throws FsException {
    FakeDescriptor pipe = mount.put("/box/a", FdKind.PIPE, mount.alice);
    fs.opendir("/box", mount.alice);
    assertThat(pipe.users()).isEqualTo(1);
  }

  @Test
  void theFigureOfFreeFilesIsWhatTheDaemonCanStillHold() throws FsException {
    mount.put("/box/a", FdKind.PIPE, mount.alice);
    assertThat(fs.statfs()).isEqualTo(new Statistics(4096, 1000, 500, 50, 49));
  }

  @Test
  void theControlDirectoryDoesNotChange() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    int before = mount.source.made.size();
    for (String path : new String[] {"/.fdbox", "/.fdbox/x", "/.fdbox/policy"}) {
      assertThat(errnoOf(() -> fs.mkdir(path, 0755, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.rmdir(path, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.unlink(path, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.mknod(path, 0600, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.create(path, 0600, O_RDWR, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.symlink("/dev/fd/1", path, mount.root))).isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.rename(path, "/box/x", false, mount.root)))
          .isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.rename("/box/ram", path, false, mount.root)))
          .isEqualTo(Errno.EPERM);
      assertThat(errnoOf(() -> fs.setattr(path, AttributeChange.mode(0777), mount.root)))
          .isEqualTo(Errno.EPERM);
      assertThat(
              errnoOf(() -> fs.xattrs().set(path, "user.a", new byte[0], SetMode.ANY, mount.root)))
          .isEqualTo(Errno.EOPNOTSUPP);
      assertThat(errnoOf(() -> fs.xattrs().get(path, "user.a", mount.alice)))
          .isEqualTo(Errno.EOPNOTSUPP);
      assertThat(fs.xattrs().list(path)).isEmpty();
    }
    assertThat(mount.source.made).hasSize(before);
  }

  @Test
  void onlyTheRootReservesTheNameOfTheControlDirectory() throws FsException {
    mount.put("/box/.fdbox", FdKind.PIPE, mount.alice);
    fs.mkdir("/.fdboxes", 0755, mount.alice);
    assertThat(fs.getattr("/.fdboxes").directory()).isTrue();
  }

  @Test
  void accessOfALeaseIsThatOfTheOpen() throws FsException {
    mount.put("/box/ram", FdKind.MEMFD, mount.alice);
    long handle = fs.open("/box/ram", O_RDONLY, mount.alice);
    assertThat(fs.handles().entry(handle).lease().access()).isEqualTo(Access.READ);
  }
}
