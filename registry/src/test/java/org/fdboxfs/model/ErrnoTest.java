package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1, -16, Integer.MIN_VALUE})
  void anErrnoIsPositive(int code) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Errno(code));
  }

  @Test
  void everyConstantHasItsOwnNumberAndIsFoundByItsName() throws IllegalAccessException {
    Set<Integer> codes = new HashSet<>();
    for (Field field : Errno.class.getDeclaredFields()) {
      if (field.getType() == Errno.class && Modifier.isPublic(field.getModifiers())) {
        Errno errno = (Errno) field.get(null);
        assertThat(codes.add(errno.code())).as(field.getName()).isTrue();
        assertThat(errno).hasToString(field.getName());
        assertThat(Errno.byName(field.getName())).contains(errno);
      }
    }
    assertThat(codes).hasSizeGreaterThan(30);
  }

  @Test
  void aNumberWithoutANameShowsTheNumber() {
    assertThat(new Errno(4095)).hasToString("errno 4095");
    assertThat(Errno.byName("EWHATEVER")).isEmpty();
  }

  @Test
  void aRefusalCarriesTheErrnoAndNoStackTrace() {
    FsException refusal = new FsException(Errno.EBUSY, "held");
    assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
    assertThat(refusal).hasMessage("held");
    assertThat(refusal.getStackTrace()).isEmpty();
  }
}
