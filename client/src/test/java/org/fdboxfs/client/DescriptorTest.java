package org.fdboxfs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who owns a descriptor, and how errors of the C library are told. */
class DescriptorTest {
  /** A number that nobody else comes by, since the lowest that is free is taken first. */
  private static final int FAR = 900;

  private static Descriptor copyFarAway(Descriptor descriptor) {
    assertThat(LibC.DUP2.call(descriptor.number(), FAR)).isEqualTo(FAR);
    return Descriptor.adopt(FAR);
  }

  @Test
  void itIsClosedOnceAndNotUsedAfterwards() throws Exception {
    List<Descriptor> pair = Peer.socketPair();
    try (Descriptor first = pair.get(0);
        Descriptor second = pair.get(1)) {
      Descriptor closed = copyFarAway(first);
      closed.close();
      assertThat(Peer.copies(first)).isEqualTo(1);

      // The number is somebody else's now, who keeps it.
      Descriptor next = copyFarAway(second);
      closed.close();
      assertThat(Peer.copies(second)).isEqualTo(2);
      next.close();

      assertThatThrownBy(closed::number).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(closed::path).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(closed::release).isInstanceOf(IllegalStateException.class);
      assertThat(closed).hasToString("closed descriptor");
    }
  }

  @Test
  void releasedItIsTheCallers() throws Exception {
    List<Descriptor> pair = Peer.socketPair();
    try (Descriptor first = pair.get(0);
        Descriptor second = pair.get(1)) {
      Descriptor copy = second.duplicate();
      int number = copy.release();
      copy.close();
      assertThat(Peer.copies(second)).isEqualTo(2);
      Descriptor.adopt(number).close();
      assertThat(Peer.copies(second)).isEqualTo(1);
      assertThat(Peer.copies(first)).isEqualTo(1);
    }
    assertThatThrownBy(() -> Descriptor.adopt(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDuplicateIsAnotherOfTheSame() throws Exception {
    List<Descriptor> pair = Peer.socketPair();
    try (Descriptor first = pair.get(0);
        Descriptor second = pair.get(1);
        Descriptor copy = first.duplicate()) {
      assertThat(copy.number()).isNotIn(first.number(), second.number());
      assertThat(Peer.copies(first)).isEqualTo(2);
    }
  }

  @Test
  void itKeepsOffNumbersThatAreWanted() throws Exception {
    List<Descriptor> pair = Peer.socketPair();
    try (Descriptor other = pair.get(1)) {
      int number = pair.get(0).number();
      assertThat(pair.get(0).keepOff(Set.of(number + 1000))).isSameAs(pair.get(0));
      Descriptor moved = pair.get(0).keepOff(Set.of(number, number + 1, number + 2));
      assertThat(moved.number()).isNotIn(number, number + 1, number + 2);
      assertThat(Peer.copies(moved)).isEqualTo(1);
      moved.close();
      assertThat(Peer.copies(other)).isEqualTo(1);
    }
  }

  @Test
  void errnoIsThatOfTheCallWhateverTheJvmDidSince() {
    assertThat(LibC.CLOSE.call(-1)).isEqualTo(-1);
    assertThat(Files.exists(Path.of("/nothing"))).isFalse();
    System.gc();
    assertThat(LibC.errno()).isEqualTo(Errnos.EBADF);
    assertThat(LibC.failure("x")).hasMessage("EBADF: x: Bad file descriptor");
  }

  @Test
  void errorNumbersHaveTheirNames() {
    assertThat(Errnos.name(1)).isEqualTo("EPERM");
    assertThat(Errnos.name(67)).isEqualTo("ENOLINK");
    assertThat(Errnos.name(122)).isEqualTo("EDQUOT");
    assertThat(Errnos.name(132)).isEqualTo("ERFKILL");
    assertThat(Errnos.name(41)).isEqualTo("41");
    assertThat(Errnos.name(133)).isEqualTo("133");
    assertThat(Errnos.name(9999)).isEqualTo("9999");
  }
}
