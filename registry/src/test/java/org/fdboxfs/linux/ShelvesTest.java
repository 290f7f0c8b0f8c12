package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A table with room for 10 entries and 5 pins, and 4 shelves (and one more) with room for 20. */
class ShelvesTest {
  private static final int ROOM = 10;
  private static final int PINS = 5;
  private static final int SHELVES = 4;
  private static final int SHELF_ROOM = 20;

  private final Shelves shelves = TableProbe.shelves(SHELVES, SHELF_ROOM);
  private final DescriptorTable table = new DescriptorTable(ROOM, PINS, shelves);
  private final List<Descriptor> held = new ArrayList<>();

  @AfterEach
  void end() {
    held.forEach(Descriptor::close);
    table.close();
  }

  private Descriptor hold(long content) throws FsException {
    Descriptor descriptor = TableProbe.hold(table, content);
    held.add(descriptor);
    return descriptor;
  }

  private void holdUntilShelved() throws FsException {
    while (!(hold(0) instanceof ShelvedDescriptor)) {}
  }

  private static void assertRefused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  @Test
  void whatIsPutAwayIsTheSameFile() throws FsException {
    List<Long> inodes = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      int fd = TableProbe.memfd(i);
      inodes.add(TableProbe.inode(fd));
      held.add(table.hold(fd, FdKind.MEMFD, Access.READ_WRITE, false));
    }
    for (int i = 0; i < 90; i++) {
      assertThat(held.get(i))
          .isInstanceOf(i < ROOM ? HeldDescriptor.class : ShelvedDescriptor.class);
      assertThat(TableProbe.read(held.get(i))).isEqualTo(i);
      try (Descriptor pinned = held.get(i).pin()) {
        assertThat(TableProbe.inode(pinned.number())).isEqualTo(inodes.get(i));
        TableProbe.write(pinned.number(), -i);
      }
      assertThat(TableProbe.read(held.get(i))).isEqualTo(-i);
    }
    assertThat(table.used()).isEqualTo(ROOM);
    assertThat(shelves.made()).hasSize(4);
  }

  @Test
  void aShelvedOneAnswersAsAnyOther() throws FsException {
    Descriptor resident = hold(1);
    holdUntilShelved();
    Descriptor shelved = hold(2);
    for (Descriptor each : List.of(resident, shelved)) {
      each.truncate(5000);
      each.allocate(0, 0, 4096);
      assertThat(each.stat().size()).isEqualTo(5000);
      assertThat(each.stat().blocks()).isEqualTo(8);
      try (Descriptor pinned = each.pin()) {
        assertThat(pinned.stat()).isEqualTo(each.stat());
        assertThat(pinned.kind()).isEqualTo(each.kind());
        assertThat(pinned.access()).isEqualTo(each.access());
        assertThat(pinned.shared()).isEqualTo(each.shared());
      }
    }
  }

  @Test
  void whoWorksWithOneSharesANumberThatEndsWithTheLast() throws FsException {
    holdUntilShelved();
    Descriptor shelved = hold(3);
    int before = table.used();
    Descriptor first = shelved.pin();
    Descriptor second = shelved.pin();
    assertThat(second.number()).isEqualTo(first.number());
    assertThat(table.used()).isEqualTo(before + 1);
    first.close();
    assertThat(TableProbe.read(second)).isEqualTo(3);
    second.close();
    assertThat(table.used()).isEqualTo(before);
    assertThatIllegalStateException().isThrownBy(shelved::number);
    assertThat(TableProbe.read(shelved)).isEqualTo(3);
  }

  @Test
  void whoWorksWithOneGoesOnAfterItIsLetGo() throws FsException {
    holdUntilShelved();
    Descriptor shelved = TableProbe.hold(table, 4);
    Descriptor pinned = shelved.pin();
    shelved.close();
    assertThat(shelved.stat().size()).isEqualTo(8);
    assertThat(TableProbe.read(pinned)).isEqualTo(4);
    try (Descriptor again = shelved.pin()) {
      assertThat(again.number()).isEqualTo(pinned.number());
    }
    pinned.close();
    assertRefused(Errno.EBADF, shelved::stat);
    assertRefused(Errno.EBADF, () -> TableProbe.read(shelved));
    assertThatIllegalStateException().isThrownBy(shelved::pin);
    assertThatIllegalStateException().isThrownBy(shelved::retain);
    shelved.close();
  }

  @Test
  void theLastUserOfAPlaceGivesItUp() throws FsException {
    holdUntilShelved();
    Descriptor shelved = hold(5);
    assertThat(shelved.retain()).isSameAs(shelved);
    shelved.close();
    assertThat(TableProbe.read(shelved)).isEqualTo(5);
  }

  @Test
  void closingFreesThePlaceAndTheFile() throws FsException, IOException {
    holdUntilShelved();
    Shelf shelf = shelves.made().get(0);
    Map<Integer, String> before = TableProbe.openIn(shelf.keeper().id());
    int[] pipe = TableProbe.pipe();
    Descriptor writer = table.hold(pipe[1], FdKind.PIPE, Access.WRITE, true);
    assertThat(writer).isInstanceOf(ShelvedDescriptor.class);
    assertThat(TableProbe.openIn(shelf.keeper().id())).hasSize(before.size() + 1);
    assertThat(TableProbe.hasEnded(pipe[0])).isFalse();
    writer.close(); // a pipe at once, as any that is not shelved
    assertThat(TableProbe.hasEnded(pipe[0])).isTrue();
    assertThat(TableProbe.openIn(shelf.keeper().id())).isEqualTo(before);
    Linux.close(pipe[0]);

    Descriptor memory = TableProbe.hold(table, 6);
    assertThat(TableProbe.openIn(shelf.keeper().id())).hasSize(before.size() + 1);
    memory.close(); // memory soon
    TableProbe.await("closed", () -> TableProbe.openIn(shelf.keeper().id()).equals(before));
    TableProbe.await("counted", () -> shelf.used() == 1);
  }

  @Test
  void noTableKeepsACopyOfAnythingElse() throws FsException, IOException {
    int[] early = TableProbe.pipe();
    try (Shelves later = TableProbe.shelves(3, SHELF_ROOM);
        DescriptorTable small = new DescriptorTable(1, PINS, later)) {
      int[] between = TableProbe.pipe();
      List<Descriptor> mine = new ArrayList<>();
      for (int i = 0; i < 45; i++) {
        mine.add(TableProbe.hold(small, i));
      }
      assertThat(later.made()).hasSize(3);
      assertClean(later.root().id(), 0);
      int shelved = 0;
      for (Shelf shelf : later.made()) {
        assertClean(shelf.keeper().id(), shelf.used());
        shelved += shelf.used();
      }
      assertThat(shelved).isEqualTo(44);
      for (int[] pipe : List.of(early, between)) {
        assertThat(TableProbe.hasEnded(pipe[0])).isFalse();
        Linux.close(pipe[1]);
        assertThat(TableProbe.hasEnded(pipe[0])).isTrue();
        Linux.close(pipe[0]);
      }
      mine.forEach(Descriptor::close);
    }
  }

  private static void assertClean(int thread, int entries) {
    List<String> open = new ArrayList<>(TableProbe.openIn(thread).values());
    assertThat(open.subList(0, 3)).containsOnly("/dev/null");
    open.subList(0, 3).clear();
    open.removeIf(TableProbe::hasClasses);
    assertThat(
            open.removeIf(
                target -> target.startsWith("anon_inode:[pidfd]") || target.startsWith("pidfd:")))
        .isEqualTo(entries > 0);
    assertThat(open).hasSize(entries).allMatch(target -> target.startsWith("/memfd:probe"));
  }

  @Test
  void whatDoesNotFitIsRefusedAndClosed() throws FsException {
    assertThat(table.capacity()).isEqualTo(ROOM + SHELVES * SHELF_ROOM);
    while (held.size() < table.capacity() + SHELF_ROOM) {
      hold(held.size());
    }
    long before = TableProbe.countHere("memfd:probe");
    assertRefused(Errno.ENFILE, () -> hold(0));
    assertThat(TableProbe.countHere("memfd:probe")).isEqualTo(before);
    held.remove(0).close();
    assertThat(hold(7)).isInstanceOf(HeldDescriptor.class);
    held.remove(30).close();
    TableProbe.await("room", () -> shelves.made().stream().anyMatch(s -> s.used() < SHELF_ROOM));
    assertThat(TableProbe.read(hold(8))).isEqualTo(8);
  }

  @Test
  void onlySoManyAreWorkedWithAtOnce() throws FsException {
    holdUntilShelved();
    List<Descriptor> pinned = new ArrayList<>();
    for (int i = 0; i < PINS; i++) {
      pinned.add(hold(i).pin());
    }
    Descriptor other = hold(9);
    assertRefused(Errno.ENFILE, other::pin);
    assertRefused(Errno.ENFILE, () -> other.truncate(0));
    assertThat(other.stat().size()).isEqualTo(8);
    assertThat(pinned.get(0).pin()).isSameAs(pinned.get(0));
    pinned.get(0).close();
    pinned.forEach(Descriptor::close);
    assertThat(TableProbe.read(other)).isEqualTo(9);
  }

  @Test
  void classesLoadWhereverThereAreShelves() throws Exception {
    while (held.size() < table.capacity()) {
      hold(0);
    }
    load("org.assertj.core.internal.Dates");
    load("javax.naming.ldap.Rdn");
    List<String> more =
        List.of("Digests", "Uris", "Throwables", "ShortArrays", "LongArrays", "FloatArrays");
    for (Shelf shelf : shelves.made()) {
      int at = shelves.made().indexOf(shelf);
      assertThat(shelf.keeper().call(() -> load("org.assertj.core.internal." + more.get(at))))
          .isEqualTo(1);
    }
    shelves.made().get(0).keeper().call(() -> load("javax.naming.ldap.SortControl"));
  }

  /** From a jar of the class path or from the JDK, but none that is in the JDK's own archive. */
  private static int load(String name) {
    try {
      Class<?> loaded = Class.forName(name, true, ShelvesTest.class.getClassLoader());
      return loaded.getDeclaredMethods().length > 0 ? 1 : 0;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void moreThanTheKernelsLimitFitsWhereItIsLow() throws FsException {
    try (DescriptorTable real = DescriptorTable.withShelves()) {
      assertThat(real.capacity())
          .isGreaterThanOrEqualTo(DescriptorTable.withoutShelves().capacity());
    }
  }
}
