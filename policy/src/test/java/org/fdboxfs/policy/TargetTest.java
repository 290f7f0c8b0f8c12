package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is found by inode number, in place of a path that others change. */
class TargetTest {
  private static final byte[] SEALED = "sealed".getBytes(StandardCharsets.UTF_8);

  private final Rig rig = new Rig();
  private final long box = rig.guard.boxes().named("box").orElseThrow().inode();
  private final Target ram = Target.in(box, "ram");

  TargetTest() throws FsException {}

  @AfterEach
  void nothingIsHeldInTheEnd() {
    rig.assertNothingHeld();
  }

  private void put() throws FsException {
    rig.guard.puts().put(ram, 0600, rig.alice, rig.offer(new FakeDescriptor(FdKind.MEMFD)));
  }

  private void seal() throws FsException {
    rig.guard
        .attributes()
        .set(Target.inode(box), ExtendedAttributes.STATE, SEALED, SetMode.ANY, rig.alice);
  }

  @Test
  void aNameIsFoundInItsDirectoryWhateverThatIsCalled() throws FsException {
    rig.guard.namespace().rename("/box", "/moved", false, rig.alice);
    rig.mkdir("/box", 0777, rig.bob);

    put();
    rig.release(rig.guard.claims().open(ram, null, rig.alice));
    seal();

    assertThat(rig.guard.namespace().inodeOf(ram, rig.alice))
        .isEqualTo(rig.guard.namespace().inodeAt("/moved/ram"));
    assertThat(errnoOf(() -> rig.open("/box/ram", rig.root))).isEqualTo(Errno.ENOENT);
    assertThat(rig.guard.boxes().named("moved").map(Boxes.View::sealed)).contains(true);
    assertThat(rig.guard.boxes().named("box").map(Boxes.View::sealed)).contains(false);
    rig.unseal("/moved", rig.alice);
  }

  @Test
  void nothingIsFoundInADirectoryThatIsGone() throws FsException {
    rig.guard.namespace().rmdir("/box", rig.alice);
    rig.mkdir("/box", 0777, rig.alice);

    assertThat(errnoOf(this::put)).isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(() -> rig.guard.claims().open(ram, null, rig.alice)))
        .isEqualTo(Errno.ENOENT);
    assertThat(errnoOf(this::seal)).isEqualTo(Errno.ENOENT);
  }

  @Test
  void whoMayNotSearchTheDirectoryIsNotToldWhatIsInIt() throws FsException {
    put();
    rig.guard.metadata().setattr(Target.inode(box), AttributeChange.mode(0700), rig.alice);
    Caller peer = Caller.peer(2000, 2000, Set.of(), new ProcessKey(7, 7), false, rig.processes);

    for (Target target : new Target[] {ram, Target.in(box, "nothing")}) {
      assertThat(errnoOf(() -> rig.guard.claims().open(target, null, peer)))
          .isEqualTo(Errno.EACCES);
      assertThat(errnoOf(() -> rig.guard.namespace().inodeOf(target, peer)))
          .isEqualTo(Errno.EACCES);
    }
  }
}
