package org.fdboxfs.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Ownership;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MatchTest {
  private final World world = new World();
  private final Entry ram = world.put(world.box, "ram0", FdKind.MEMFD);
  private final Entry vfio = world.put(world.net, "vfio0", FdKind.VFIO_DEVICE);

  MatchTest() throws FsException {}

  @Test
  void everythingMatchesDirectoriesToo() {
    assertThat(Match.EVERYTHING.matches(world.open(ram))).isTrue();
    assertThat(Match.EVERYTHING.matches(world.about(Operation.RMDIR, world.net))).isTrue();
    assertThat(Match.EVERYTHING.matches(world.mkdir(world.registry.root(), "new"))).isTrue();
  }

  @Test
  void aBoxIsMatchedByItsNameAlsoWhileItIsMade() {
    assertThat(match("vm*", null, null).matches(world.open(vfio))).isTrue();
    assertThat(match("vm2", null, null).matches(world.open(vfio))).isFalse();
    assertThat(match("vm2", null, null).matches(world.mkdir(world.registry.root(), "vm2")))
        .isTrue();
    assertThat(match("vm1", null, null).matches(world.about(Operation.RMDIR, world.box))).isTrue();
  }

  @Test
  void anEntryPatternWithoutASlashIsAboutTheName() {
    assertThat(match("*", "vfio*", null).matches(world.open(vfio))).isTrue();
    assertThat(match("*", "ram*", null).matches(world.open(vfio))).isFalse();
  }

  @Test
  void anEntryPatternWithASlashIsAboutThePathInTheBox() {
    assertThat(match("*", "net*/vfio0", null).matches(world.open(vfio))).isTrue();
    assertThat(match("*", "net*/ram0", null).matches(world.open(ram))).isFalse();
  }

  @Test
  void anEntryPatternIsNotAboutDirectories() {
    assertThat(match("*", "*", null).matches(world.about(Operation.RMDIR, world.net))).isFalse();
    assertThat(match("*", "*", null).matches(world.mkdir(world.box, "dir"))).isFalse();
  }

  @Test
  void whatWouldBecomeAnEntryIsMatchedByNameAndKind() {
    Match match = new Match(Glob.ANY, Glob.of("ram*"), Set.of(FdKind.MEMFD), null);

    assertThat(match.matches(world.putting(world.box, "ram1", FdKind.MEMFD))).isTrue();
    assertThat(match.matches(world.putting(world.box, "ram1", FdKind.PIPE))).isFalse();
    assertThat(match.matches(world.putting(world.box, "x", FdKind.MEMFD))).isFalse();
  }

  @Test
  void kindsAreNotAboutDirectories() {
    Match match = new Match(Glob.ANY, null, Set.of(FdKind.MEMFD, FdKind.PIPE), null);

    assertThat(match.matches(world.open(ram))).isTrue();
    assertThat(match.matches(world.open(vfio))).isFalse();
    assertThat(match.matches(world.about(Operation.RMDIR, world.net))).isFalse();
  }

  @Test
  void aGroupPatternIsAboutTheDirectoryThatTheEntryIsIn() {
    assertThat(match("*", null, "net*").matches(world.open(vfio))).isTrue();
    assertThat(match("*", null, "net*").matches(world.open(ram))).isFalse();
    assertThat(match("*", null, "net1").matches(world.open(vfio))).isFalse();
  }

  @Test
  void directoriesAreMatchedByBoxAndGroup() {
    assertThat(match("vm*", null, "net*").matchesDirectory(world.net)).isTrue();
    assertThat(match("vm*", null, null).matchesDirectory(world.net)).isTrue();
    assertThat(match("x", null, "net*").matchesDirectory(world.net)).isFalse();
    assertThat(match("vm*", null, "x").matchesDirectory(world.net)).isFalse();
    assertThat(match("vm*", null, "*").matchesDirectory(world.box)).isFalse();
    assertThat(Match.EVERYTHING.matchesDirectory(world.registry.root())).isFalse();
  }

  @Test
  void aGroupPatternWithASlashIsAboutThePathInTheBox() throws FsException {
    var deep = world.registry.mkdir(world.net, "pci", new Ownership(2000, 2001, 0700));

    assertThat(match("*", null, "net0/pci").matchesDirectory(deep)).isTrue();
    assertThat(match("*", null, "net1/pci").matchesDirectory(deep)).isFalse();
    assertThat(match("*", null, "pci").matchesDirectory(deep)).isTrue();
  }

  private static Match match(String box, @Nullable String entry, @Nullable String group) {
    return new Match(Glob.of(box), glob(entry), Set.of(), glob(group));
  }

  private static @Nullable Glob glob(@Nullable String pattern) {
    return pattern == null ? null : Glob.of(pattern);
  }
}
