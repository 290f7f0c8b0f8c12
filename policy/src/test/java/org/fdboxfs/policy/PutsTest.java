package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Puts.Put;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several descriptors at once, and those that go when they hang up. */
class PutsTest {
  private final Rig rig = new Rig();
  private final List<String> gone = new ArrayList<>();

  PutsTest() throws FsException {
    rig.guard.setWatcher(
        new Watcher() {
          @Override
          public void nameGone(long directory, String name) {
            gone.add(name);
          }

          @Override
          public void leaving(long directory, String name, long inode) {}

          @Override
          public void leavingEnded(long inode) {}

          @Override
          public void attributesChanged(long inode) {}
        });
  }

  @AfterEach
  void nothingIsHeldInTheEnd() {
    rig.assertNothingHeld();
  }

  private void putAll(Put... puts) throws FsException {
    rig.guard.puts().putAll(List.of(puts), 0600, rig.alice);
  }

  private Put put(String path, FakeDescriptor descriptor) {
    return new Put(path, rig.offer(descriptor), false);
  }

  private Put untilHangup(String path, FakeDescriptor descriptor) {
    return new Put(path, rig.offer(descriptor), true);
  }

  @Test
  void allOfThemOrNone() throws FsException {
    putAll(
        put("/box/a", new FakeDescriptor(FdKind.PIPE)),
        put("/box/b", new FakeDescriptor(FdKind.PIPE)));
    assertThat(rig.registry.entries()).isEqualTo(2);
    assertThat(
            errnoOf(
                () ->
                    putAll(
                        put("/box/c", new FakeDescriptor(FdKind.PIPE)),
                        put("/box/a", new FakeDescriptor(FdKind.PIPE)),
                        put("/box/d", new FakeDescriptor(FdKind.PIPE)))))
        .isEqualTo(Errno.EEXIST);
    assertThat(rig.registry.entries()).isEqualTo(2);
  }

  @Test
  void theSameOpenFileUnderItsNameIsNoError() throws FsException {
    FakeDescriptor pipe = new FakeDescriptor(FdKind.PIPE);
    putAll(put("/box/a", pipe));
    putAll(put("/box/a", pipe.duplicate()), put("/box/b", new FakeDescriptor(FdKind.PIPE)));
    assertThat(rig.registry.entries()).isEqualTo(2);
    assertThat(pipe.users()).isOne();
  }

  @Test
  void itIsAnErrorForAnotherUser() throws FsException {
    rig.mkdir("/shared", 0777, rig.alice);
    FakeDescriptor pipe = new FakeDescriptor(FdKind.PIPE);
    putAll(put("/shared/a", pipe));
    List<Put> again = List.of(put("/shared/a", pipe.duplicate()));
    assertThat(errnoOf(() -> rig.guard.puts().putAll(again, 0600, rig.bob)))
        .isEqualTo(Errno.EEXIST);
  }

  @Test
  void whatHangsUpGoes() throws FsException {
    FakeDescriptor pipe = new FakeDescriptor(FdKind.PIPE);
    FakeDescriptor stays = new FakeDescriptor(FdKind.PIPE);
    putAll(untilHangup("/box/goes", pipe), put("/box/stays", stays));
    Lease open = rig.open("/box/goes", rig.alice);
    pipe.hangUp();
    stays.hangUp();
    assertThat(gone).containsExactly("goes");
    assertThat(rig.registry.entries()).isOne();
    assertThat(rig.guard.journal().counts()).containsEntry("hangup", 1L);
    rig.release(open);
    pipe.hangUp();
    assertThat(gone).hasSize(1);
  }

  @Test
  void aSealedBoxKeepsWhatHangsUp() throws FsException {
    FakeDescriptor pipe = new FakeDescriptor(FdKind.PIPE);
    putAll(untilHangup("/box/a", pipe));
    rig.seal("/box", rig.alice);
    pipe.hangUp();
    assertThat(rig.registry.entries()).isOne();
  }

  @Test
  void whatCannotBeWatchedIsNotPut() throws FsException {
    rig.setPolicy("kinds: { unknown: { allow: true } }");
    assertThat(
            errnoOf(
                () ->
                    putAll(
                        put("/box/a", new FakeDescriptor(FdKind.PIPE)),
                        untilHangup("/box/b", new FakeDescriptor(FdKind.UNKNOWN)))))
        .isEqualTo(Errno.ENFILE);
    assertThat(rig.registry.entries()).isZero();
  }

  @Test
  void theNameOfTheControlDirectoryIsReservedForEverybody() {
    assertThat(errnoOf(() -> rig.mkdir("/.fdbox", 0755, rig.root))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> rig.guard.namespace().rename("/box", "/.fdbox", false, rig.root)))
        .isEqualTo(Errno.EPERM);
  }
}
