package org.fdboxfs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.model.Attributes;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Timestamp;
import org.junit.jupiter.api.Test;

class TimesAndAttributesTest {
  private static final Ownership ALICE = new Ownership(1000, 1001, 0640);
  private static final Timestamp SET = new Timestamp(77, 7);

  private final FakeClock clock = new FakeClock();
  private final Registry registry = new Registry(clock, 0, 0);
  private final Directory box = registry.mkdir(registry.root(), "box", ALICE);
  private final FakeDescriptor memory = FakeDescriptor.memory(10);
  private final Entry ram = registry.put(box, "ram", ALICE, memory, memory.stat());
  private final Entry pipe =
      registry.put(box, "pipe", ALICE, new FakeDescriptor(FdKind.PIPE), null);

  TimesAndAttributesTest() throws FsException {}

  private Attributes shown() throws FsException {
    return ram.attributes(memory.stat());
  }

  @Test
  void aNewEntryShowsWhenItWasPut() throws FsException {
    Timestamp put = registry.now();
    clock.tick();
    assertThat(shown().modified()).isEqualTo(put);
    assertThat(shown().accessed()).isEqualTo(put);
    assertThat(shown().changed()).isEqualTo(put);
  }

  @Test
  void aTimeThatWasSetStandsUntilTheContentChanges() throws FsException {
    ram.setTimes(SET, SET, memory.stat(), clock.tick());
    assertThat(shown().modified()).isEqualTo(SET);
    assertThat(shown().accessed()).isEqualTo(SET);
    assertThat(shown().changed()).isEqualTo(registry.now());

    Timestamp written = new Timestamp(5_000, 1);
    memory.writtenBySomebody(20, written);
    assertThat(shown().modified()).isEqualTo(written);
    assertThat(shown().changed()).isEqualTo(written);
    assertThat(shown().accessed()).isEqualTo(SET);
    assertThat(shown().size()).isEqualTo(20);
  }

  @Test
  void aTimeThatIsLeftOutStays() throws FsException {
    Timestamp before = shown().accessed();
    ram.setTimes(null, SET, memory.stat(), clock.tick());
    assertThat(shown().accessed()).isEqualTo(before);
    assertThat(shown().modified()).isEqualTo(SET);
  }

  @Test
  void whatHasNoBytesShowsItsTimesAndNoSize() {
    pipe.setTimes(SET, null, clock.tick());
    Attributes shown = pipe.attributes(null);
    assertThat(shown.accessed()).isEqualTo(SET);
    assertThat(shown.size()).isZero();
    assertThat(shown.links()).isEqualTo(1);
    assertThat(shown.changed()).isEqualTo(registry.now());
  }

  @Test
  void timesOfADirectoryAreSetOneByOne() {
    Timestamp modified = box.modified();
    box.setTimes(SET, null, clock.tick());
    assertThat(box.accessed()).isEqualTo(SET);
    assertThat(box.modified()).isEqualTo(modified);
    assertThat(box.changed()).isEqualTo(registry.now());
  }

  @Test
  void onlyPermissionBitsAreKeptOfAMode() {
    ram.setMode(0104755, clock.tick());
    assertThat(ram.mode()).isEqualTo(04755);
    assertThat(ram.changed()).isEqualTo(registry.now());
  }

  @Test
  void anIdThatIsMinusOneStays() {
    ram.setOwner(-1, 5, registry.now());
    assertThat(ram.uid()).isEqualTo(1000);
    ram.setOwner(6, -1, registry.now());
    assertThat(ram.gid()).isEqualTo(5);
    assertThat(ram.uid()).isEqualTo(6);
  }

  @Test
  void extendedAttributesOfANodeHaveABound() throws FsException {
    ram.setXattr("user.a", new byte[Node.MAX_XATTR_BYTES - 6], registry.now());
    assertThat(errnoOf(() -> ram.setXattr("user.b", new byte[0], registry.now())))
        .isEqualTo(Errno.ENOSPC);
    assertThat(ram.xattrs()).containsOnlyKeys("user.a");
    ram.setXattr("user.a", new byte[1], registry.now());
    ram.setXattr("user.b", new byte[1], clock.tick());
    assertThat(ram.xattrs()).containsOnlyKeys("user.a", "user.b");
    assertThat(ram.changed()).isEqualTo(registry.now());
  }

  @Test
  void anAttributeIsRemovedOnce() throws FsException {
    assertThat(errnoOf(() -> ram.removeXattr("user.a", registry.now()))).isEqualTo(Errno.ENODATA);
    ram.setXattr("user.a", new byte[1], registry.now());
    ram.removeXattr("user.a", registry.now());
    assertThat(errnoOf(() -> ram.removeXattr("user.a", registry.now()))).isEqualTo(Errno.ENODATA);
  }
}
