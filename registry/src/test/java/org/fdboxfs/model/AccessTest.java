package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.model.Access.READ;
import static org.fdboxfs.model.Access.READ_WRITE;
import static org.fdboxfs.model.Access.WRITE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final int O_CREAT_APPEND_NONBLOCK = 0100 | 02000 | 04000;

  @ParameterizedTest
  @CsvSource({"0, READ", "1, WRITE", "2, READ_WRITE", "3, READ_WRITE"})
  void theAccessModeIsInTheLowestBitsOfTheFlags(int mode, Access access) {
    assertThat(Access.ofFlags(mode)).isEqualTo(access);
    assertThat(Access.ofFlags(mode | O_CREAT_APPEND_NONBLOCK)).isEqualTo(access);
  }

  @Test
  void nothingCoversMoreThanItself() {
    assertThat(READ_WRITE.covers(READ)).isTrue();
    assertThat(READ_WRITE.covers(WRITE)).isTrue();
    assertThat(READ_WRITE.covers(READ_WRITE)).isTrue();
    assertThat(READ.covers(READ)).isTrue();
    assertThat(READ.covers(WRITE)).isFalse();
    assertThat(READ.covers(READ_WRITE)).isFalse();
    assertThat(WRITE.covers(WRITE)).isTrue();
    assertThat(WRITE.covers(READ)).isFalse();
    assertThat(WRITE.covers(READ_WRITE)).isFalse();
  }

  @Test
  void readsAndWritesAreToldApart() {
    assertThat(READ.reads()).isTrue();
    assertThat(READ.writes()).isFalse();
    assertThat(WRITE.reads()).isFalse();
    assertThat(WRITE.writes()).isTrue();
    assertThat(READ_WRITE.reads() && READ_WRITE.writes()).isTrue();
  }
}
