package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloserTest {
  private static final String MEMORY = "memfd:probe";

  @ParameterizedTest
  @EnumSource(
      value = FdKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"MEMFD", "SHMEM", "FILE", "SOCKET", "GUEST_MEMFD"})
  void whatIsQuickIsGoneAtOnce(FdKind kind) throws FsException, IOException {
    int[] pipe = TableProbe.pipe();
    Closer.close(pipe[1], kind);
    assertThat(TableProbe.hasEnded(pipe[0])).isTrue();
    Linux.close(pipe[0]);
  }

  @ParameterizedTest
  @EnumSource(
      value = FdKind.class,
      names = {"FILE", "SOCKET", "GUEST_MEMFD"})
  void whatMayTakeLongIsGoneSoon(FdKind kind) throws FsException, IOException {
    int[] pipe = TableProbe.pipe();
    Closer.close(pipe[1], kind);
    TableProbe.await("closed", () -> TableProbe.hasEnded(pipe[0]));
    Linux.close(pipe[0]);
  }

  @Test
  void muchMemoryIsFreedSoonAndLittleAtOnce() throws FsException {
    long before = TableProbe.countHere(MEMORY);
    Closer.close(TableProbe.memfd(1), FdKind.MEMFD);
    assertThat(TableProbe.countHere(MEMORY)).isEqualTo(before);
    int large = TableProbe.memfd(1);
    Linux.allocate(large, 0, 0, 8 << 20);
    Closer.close(large, FdKind.MEMFD);
    TableProbe.await("freed", () -> TableProbe.countHere(MEMORY) == before);
  }

  @Test
  void manyAtOnceAreAllClosed() throws FsException {
    long before = TableProbe.countHere(MEMORY);
    List<Integer> many = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      many.add(TableProbe.memfd(i));
    }
    many.forEach(fd -> Closer.close(fd, FdKind.SOCKET));
    TableProbe.await("closed", () -> TableProbe.countHere(MEMORY) == before);
  }
}
