package org.fdboxfs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.fdboxfs.fake.FakeProcesses;
import org.junit.jupiter.api.Test;

class ValuesTest {
  private final FakeProcesses processes = new FakeProcesses();

  @Test
  void timesAreOrderedBySecondsThenNanoseconds() {
    Timestamp early = new Timestamp(-1, 999_999_999);
    Timestamp late = new Timestamp(0, 0);
    assertThat(early).isLessThan(late);
    assertThat(new Timestamp(0, 1)).isGreaterThan(late);
    assertThat(Timestamp.later(early, late)).isEqualTo(late);
    assertThat(Timestamp.later(late, early)).isEqualTo(late);
  }

  @Test
  void aCallerIsLookedUpWhenItIsAskedAboutAndOnce() {
    Caller caller = processes.caller(1000, 1000, 42);
    assertThat(processes.lookedUp).isEmpty();
    assertThat(caller.process()).isEqualTo(42);
    assertThat(processes.lookedUp).containsExactly("process");
    assertThat(caller.groups()).isEqualTo(Set.of(100, 27));
    processes.groups = Set.of();
    assertThat(caller.groups()).isEqualTo(Set.of(100, 27));
  }

  @Test
  void aCallerIsInItsOwnGroupWithoutLookingUpTheOthers() {
    Caller caller = processes.caller(1000, 1001, 42);
    assertThat(caller.inGroup(1001)).isTrue();
    assertThat(processes.lookedUp).isEmpty();
    assertThat(caller.inGroup(27)).isTrue();
    assertThat(caller.inGroup(28)).isFalse();
  }

  @Test
  void aCallerOutsideOurPidNamespaceHasNoProcess() {
    assertThat(processes.caller(1000, 1000, 0).process()).isZero();
    assertThat(processes.lookedUp).isEmpty();
  }

  @Test
  void everyEntryLooksLikeARegularFile() {
    Timestamp now = new Timestamp(0, 0);
    assertThat(
            new Attributes(1, Attributes.Type.FILE, 04640, 1, 0, 0, 0, 0, now, now, now, true)
                .fullMode())
        .isEqualTo(0104640);
    assertThat(
            new Attributes(1, Attributes.Type.DIRECTORY, 01777, 2, 0, 0, 0, 0, now, now, now, true)
                .fullMode())
        .isEqualTo(0041777);
  }
}
