package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "...", ".hidden", "new\nline", "\u00e4", "\ud83d\ude00", "-rf"})
  void anyBytesMakeAName(String name) throws FsException {
    assertThat(Names.check(name)).isEqualTo(name);
  }

  @Test
  void aNameHasAtMost255BytesHoweverManyCharactersThatAre() throws FsException {
    assertThat(Names.check("x".repeat(255))).hasSize(255);
    assertThat(Names.check("\u20ac".repeat(85))).hasSize(85);
    assertThat(errnoOf(() -> Names.check("x".repeat(256)))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(errnoOf(() -> Names.check("\u20ac".repeat(85) + "x"))).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(errnoOf(() -> Names.check("\ud83d\ude00".repeat(64)))).isEqualTo(Errno.ENAMETOOLONG);
  }

  @Test
  void whatWasNotUtf8IsRefusedInsteadOfMeetingAnotherName() {
    assertThat(errnoOf(() -> Names.check("\ufffd"))).isEqualTo(Errno.EILSEQ);
    assertThat(errnoOf(() -> Names.check("ram\ufffd0"))).isEqualTo(Errno.EILSEQ);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", "a/b", "/", "a\0"})
  void whatNamesNothingInADirectoryIsRefused(String name) {
    assertThat(errnoOf(() -> Names.check(name))).isEqualTo(Errno.EINVAL);
  }

  @Test
  void theEmptyNameIsNowhere() {
    assertThat(errnoOf(() -> Names.check(""))).isEqualTo(Errno.ENOENT);
  }
}
