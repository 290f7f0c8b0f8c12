package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.HashSet;
import java.util.Set;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceTest {
  private final Rig rig = new Rig();
  private final Namespace names = rig.guard.namespace();
  private final Metadata metadata = rig.guard.metadata();

  NamespaceTest() throws FsException {
    rig.mkdir("/box/dir", 0750, rig.alice);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.put("/box/pipe", FdKind.PIPE, rig.alice);
  }

  @AfterEach
  void nothingLeaks() {
    rig.assertNothingHeld();
  }

  private Attributes stat(String path) throws FsException {
    return metadata.attributes(Target.at(path));
  }

  private Attributes change(String path, AttributeChange change) throws FsException {
    return metadata.setattr(Target.at(path), change, rig.alice);
  }

  @Test
  void aPathLeadsThroughDirectoriesOnly() {
    assertThat(errnoOf(() -> stat("/no"))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> stat("/box/no/x"))).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> stat("/box/ram/x"))).isEqualTo(Errno.ENOTDIR);
    assertThat(errnoOf(() -> names.list(Target.at("/box/ram")))).isEqualTo(Errno.ENOTDIR);
    assertThat(errnoOf(() -> names.mkdir("/box/ram/x", 0, rig.alice))).isEqualTo(Errno.ENOTDIR);
  }

  @Test
  void aListingShowsEachNodeOnceWithTheInodeOfItsStat() throws FsException {
    Listing listing = names.list(Target.at("/box"));
    Set<String> found = new HashSet<>();
    for (int i = 0; i < listing.size(); i++) {
      assertThat(found.add(listing.name(i))).isTrue();
      Attributes shown = stat("/box/" + listing.name(i));
      assertThat(listing.inode(i)).isEqualTo(shown.inode());
      assertThat(listing.isDirectory(i)).isEqualTo(shown.directory());
    }
    assertThat(found).containsExactlyInAnyOrder("dir", "ram", "pipe");
    assertThat(listing.inode()).isEqualTo(stat("/box").inode());
    assertThat(listing.parentInode()).isEqualTo(stat("/").inode());
    assertThat(names.list(Target.at("/")).parentInode()).isEqualTo(stat("/").inode());
  }

  @Test
  void aListingDoesNotChangeAfterwards() throws FsException {
    Listing listing = names.list(Target.at("/box"));
    names.unlink("/box/ram", rig.alice);
    assertThat(listing.size()).isEqualTo(3);
  }

  @Test
  void linksOfADirectoryAreItsSubdirectories() throws FsException {
    assertThat(stat("/box").links()).isEqualTo(3);
    assertThat(stat("/box/dir").links()).isEqualTo(2);
    assertThat(stat("/").links()).isEqualTo(3);
  }

  @Test
  void unlinkIsForEntriesAndRmdirForEmptyDirectories() throws FsException {
    assertThat(errnoOf(() -> names.unlink("/box/dir", rig.alice))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> names.rmdir("/box/ram", rig.alice))).isEqualTo(Errno.ENOTDIR);
    assertThat(errnoOf(() -> names.rmdir("/box", rig.alice))).isEqualTo(Errno.ENOTEMPTY);
    names.rmdir("/box/dir", rig.alice);
    assertThat(errnoOf(() -> names.rmdir("/box/dir", rig.alice))).isEqualTo(Errno.ENOENT);
  }

  @Test
  void aRenameMayKeepItsTarget() throws FsException {
    assertThat(errnoOf(() -> names.rename("/box/ram", "/box/pipe", true, rig.alice)))
        .isEqualTo(Errno.EEXIST);
    assertThat(errnoOf(() -> names.rename("/box/ram", "/box/ram", true, rig.alice)))
        .isEqualTo(Errno.EEXIST);
    names.rename("/box/ram", "/box/dir/ram", true, rig.alice);
    assertThat(stat("/box/dir/ram").directory()).isFalse();
  }

  @Test
  void ownerModeAndTimesChangeInOneStep() throws FsException {
    Timestamp old = new Timestamp(5, 5);
    Attributes after = change("/box/ram", new AttributeChange(0400, 2000, 2001, null, old, old));
    assertThat(after.mode()).isEqualTo(0400);
    assertThat(after.uid()).isEqualTo(2000);
    assertThat(after.gid()).isEqualTo(2001);
    assertThat(after.accessed()).isEqualTo(old);
    assertThat(after.modified()).isEqualTo(old);
    assertThat(stat("/box/ram")).isEqualTo(after);
    assertThat(change("/box/dir", AttributeChange.times(null, old)).modified()).isEqualTo(old);
  }

  @Test
  void onlyMemoryHasASize() throws FsException {
    assertThat(errnoOf(() -> change("/box/dir", AttributeChange.size(1)))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> change("/box/dir", AttributeChange.size(0)))).isEqualTo(Errno.EISDIR);
    assertThat(errnoOf(() -> change("/box/pipe", AttributeChange.size(1)))).isEqualTo(Errno.EINVAL);
    assertThat(change("/box/pipe", AttributeChange.size(0)).size()).isZero();
    assertThat(errnoOf(() -> change("/box/ram", AttributeChange.size(-1)))).isEqualTo(Errno.EINVAL);
    assertThat(change("/box/ram", AttributeChange.size(4096)).size()).isEqualTo(4096);
  }

  @Test
  void whatWasPutForReadingKeepsItsSize() throws FsException {
    rig.put("/box/ro", new FakeDescriptor(FdKind.MEMFD, Access.READ), rig.alice);
    rig.assertDenied(
        rig.alice, "descriptor", Errno.EACCES, () -> change("/box/ro", AttributeChange.size(1)));
  }

  @Test
  void aHandleReachesItsEntryAfterTheNameIsGone() throws FsException {
    Lease lease = rig.open("/box/ram", rig.alice);
    long inode = stat("/box/ram").inode();
    names.unlink("/box/ram", rig.alice);
    Attributes after = metadata.setattr(lease, AttributeChange.size(77), rig.alice);
    assertThat(after.size()).isEqualTo(77);
    assertThat(after.inode()).isEqualTo(inode);
    assertThat(after.links()).isZero();
    assertThat(metadata.setattr(lease, AttributeChange.mode(0), rig.alice).mode()).isZero();
    rig.guard.sizes().allocate(lease, 0, 0, 100, rig.alice);
    assertThat(metadata.attributes(lease).size()).isEqualTo(100);
    rig.release(lease);
  }

  @Test
  void onlyMemoryIsAllocated() throws FsException {
    Lease pipe = rig.open("/box/pipe", rig.alice);
    assertThat(errnoOf(() -> rig.guard.sizes().allocate(pipe, 0, 0, 1, rig.alice)))
        .isEqualTo(Errno.EINVAL);
    rig.release(pipe);
  }
}
