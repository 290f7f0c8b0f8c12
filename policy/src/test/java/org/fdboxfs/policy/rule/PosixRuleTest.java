package org.fdboxfs.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In the world, user 2000 of group 2001 owns what is there. */
class PosixRuleTest {
  private final World world = new World();
  private final PosixRule rule = new PosixRule();
  private final Entry ram = world.put(world.box, "ram", FdKind.MEMFD);

  PosixRuleTest() throws FsException {
    world.processes.groups = Set.of(2001);
    world.box.setMode(0777, world.registry.now());
  }

  private Caller caller(String who) {
    return switch (who) {
      case "root" -> world.processes.caller(0, 0, 1);
      case "owner" -> world.processes.caller(2000, 5, 2);
      case "group" -> world.processes.caller(3000, 2001, 3);
      case "supplementary" -> world.processes.caller(3000, 5, 4);
      default -> {
        world.processes.groups = Set.of();
        yield world.processes.caller(3000, 5, 5);
      }
    };
  }

  private @Nullable Errno asked(Operation operation, Node node, Access access, Caller caller) {
    Deny deny = rule.check(Request.about(world.registry, operation, caller, node, access));
    if (deny == null) {
      return null;
    }
    assertThat(deny.rule()).isEqualTo("posix");
    return deny.errno();
  }

  private @Nullable Errno asked(Operation operation, Node node, String who) {
    return asked(operation, node, Access.READ_WRITE, caller(who));
  }

  @Test
  void aRootWithoutTheCapabilityIsAsOthersInAStickyDirectory() {
    world.box.setMode(01777, world.registry.now());
    for (boolean overrides : new boolean[] {true, false}) {
      Caller root =
          Caller.peer(0, 0, Set.of(), new Caller.ProcessKey(1, 1), overrides, world.processes);
      assertThat(asked(Operation.REMOVE, ram, Access.READ_WRITE, root))
          .isEqualTo(overrides ? null : Errno.EPERM);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0600, owner, READ_WRITE, true",
    "0600, group, READ, false",
    "0060, owner, READ, false",
    "0060, group, READ_WRITE, true",
    "0060, supplementary, READ_WRITE, true",
    "0060, other, READ, false",
    "0006, other, READ_WRITE, true",
    "0006, group, READ, false",
    "0006, supplementary, READ, false",
    "0400, owner, READ, true",
    "0400, owner, WRITE, false",
    "0400, owner, READ_WRITE, false",
    "0200, owner, WRITE, true",
    "0000, root, READ_WRITE, true"
  })
  void theBitsOfTheFirstClassThatFitsDecide(
      String mode, String who, Access access, boolean permitted) {
    ram.setMode(Integer.parseInt(mode, 8), world.registry.now());
    assertThat(asked(Operation.OPEN, ram, access, caller(who)))
        .isEqualTo(permitted ? null : Errno.EACCES);
  }

  @Test
  void everyDirectoryOfThePathMustBeSearched() throws FsException {
    Entry deep = world.put(world.net, "deep", FdKind.MEMFD);
    deep.setMode(0666, world.registry.now());
    world.net.setMode(0711, world.registry.now());
    assertThat(asked(Operation.OPEN, deep, "other")).isNull();
    world.box.setMode(0766, world.registry.now());
    assertThat(asked(Operation.OPEN, deep, "other")).isEqualTo(Errno.EACCES);
    assertThat(PosixRule.maySearch(world.net, caller("other"))).isFalse();
    assertThat(PosixRule.mayList(world.box, caller("other"))).isFalse();
  }

  @Test
  void listingTakesReadAndSearch() {
    for (int bits = 0; bits < 8; bits++) {
      world.box.setMode(bits, world.registry.now());
      assertThat(PosixRule.mayList(world.box, caller("other"))).isEqualTo((bits & 5) == 5);
    }
  }

  @Test
  void addingTakesAWritableDirectory() {
    world.box.setMode(0755, world.registry.now());
    Request put =
        Request.adding(world.registry, Operation.PUT, caller("other"), world.box, "x", null);
    assertThat(rule.check(put)).isNotNull().extracting(Deny::errno).isEqualTo(Errno.EACCES);
    world.box.setMode(0757, world.registry.now());
    assertThat(rule.check(put)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"owner, ", "other, EPERM", "root, "})
  void inAStickyDirectoryOnlyOwnersRemove(String who, @Nullable String errno) {
    world.box.setMode(01777, world.registry.now());
    for (Operation operation : Set.of(Operation.REMOVE, Operation.RENAME)) {
      assertThat(String.valueOf(asked(operation, ram, who))).isEqualTo(String.valueOf(errno));
    }
    assertThat(String.valueOf(asked(Operation.RMDIR, world.net, who)))
        .isEqualTo(String.valueOf(errno));
  }

  @Test
  void inASharedDirectoryEverybodyRemoves() {
    assertThat(asked(Operation.REMOVE, ram, "other")).isNull();
    world.box.setMode(0755, world.registry.now());
    assertThat(asked(Operation.REMOVE, ram, "other")).isEqualTo(Errno.EACCES);
    assertThat(asked(Operation.REMOVE, ram, "owner")).isNull();
  }

  @Test
  void onlyTheOwnerChangesAttributesAndSeals() {
    for (Operation operation : Set.of(Operation.SETATTR, Operation.SEAL, Operation.UNSEAL)) {
      assertThat(asked(operation, world.box, "owner")).isNull();
      assertThat(asked(operation, world.box, "root")).isNull();
      assertThat(asked(operation, world.box, "group")).isEqualTo(Errno.EPERM);
    }
  }
}
