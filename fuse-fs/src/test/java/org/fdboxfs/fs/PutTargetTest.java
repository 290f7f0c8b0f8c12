package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PutTargetTest {
  private final Caller caller = new FakeProcesses().caller(1000, 1000, 4242);

  @ParameterizedTest
  @CsvSource({
    "/proc/self/fd/5, 5",
    "/proc/self/fd/0, 0",
    "/proc/thread-self/fd/123456789, 123456789",
    "/dev/fd/7, 7",
    "/proc/4242/fd/9, 9"
  })
  void aDescriptorOfTheCallerIsNamed(String target, int number) throws FsException {
    assertThat(PutTarget.parse(target, caller)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "/",
        "fd/5",
        "/proc/self/fd/",
        "/proc/self/fd/x",
        "/proc/self/fd/-1",
        "/proc/self/fd/+1",
        "/proc/self/fd/5/",
        "/proc/self/fd/5 ",
        "/proc/self/fd/5\n",
        "/proc/self/fd/5\0",
        "/proc/self/fd/\u0665",
        "/proc/self/fd/1234567890",
        "/proc/self/fd/99999999999999999999",
        "/proc/self/fdinfo/5",
        "/proc//self/fd/5",
        "/proc/self/../self/fd/5",
        "/proc/self/task/4242/fd/5",
        "/proc/99999999999/fd/5",
        "/dev/fd",
        "/dev/stdin",
        "proc/self/fd/5",
        "/etc/passwd",
        "../other"
      })
  void everythingElseNamesNone(String target) {
    assertThat(errnoOf(() -> PutTarget.parse(target, caller))).isEqualTo(Errno.EINVAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc/1/fd/5", "/proc/4243/fd/5", "/proc/0/fd/5"})
  void theDaemonsRightsAreNotLent(String target) {
    assertThat(errnoOf(() -> PutTarget.parse(target, caller))).isEqualTo(Errno.EPERM);
  }
}
