package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FdKindTest {
  @Test
  void everyLabelNamesOneKind() {
    assertThat(Arrays.stream(FdKind.values()).map(FdKind::label)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void aKindIsFoundByItsLabel(FdKind kind) {
    assertThat(FdKind.byLabel(kind.label())).contains(kind);
    assertThat(kind).hasToString(kind.label());
  }

  @ParameterizedTest
  @EnumSource
  void whatOpensOnceLinksItsDirectory(FdKind kind) {
    assertThat(!kind.singleOpen() || kind.linksGroup()).isTrue();
  }

  @Test
  void noKindHasAnotherLabel() {
    assertThat(FdKind.byLabel("MEMFD")).isEmpty();
    assertThat(FdKind.byLabel("")).isEmpty();
  }

  @Test
  void whatPinsAMountOrIsNotKnownStaysOutUnlessItIsAskedFor() {
    assertThat(FdKind.values())
        .filteredOn(kind -> !kind.allowedByDefault())
        .contains(FdKind.FILE, FdKind.DIRECTORY, FdKind.EPOLL, FdKind.IO_URING, FdKind.UNKNOWN);
  }

  @Test
  void onlyVfioOpensOnceAtATimeByDefault() {
    assertThat(FdKind.values())
        .filteredOn(FdKind::singleOpen)
        .containsExactlyInAnyOrder(FdKind.VFIO_DEVICE, FdKind.VFIO_GROUP);
  }
}
