package org.fdboxfs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.fdboxfs.model.Credentials;
import org.junit.jupiter.api.Test;

class PuttersTest {
  private final Putters putters = new Putters();

  private static Credentials of(int uid, String executable) {
    return new Credentials(uid, uid, Set.of(27), Set.of(), "/user.slice", executable);
  }

  @Test
  void equalOnesAreKeptOnceUntilTheLastIsGone() {
    Credentials kept = putters.keep(of(1000, "/bin/sh"));
    assertThat(putters.keep(of(1000, "/bin/sh"))).isSameAs(kept);
    putters.drop(kept);
    assertThat(putters.size()).isOne();
    putters.drop(kept);
    assertThat(putters.size()).isZero();
    putters.drop(null);
  }

  @Test
  void ofOneUserOnlySoMuchIsKept() {
    int kept = 0;
    while (putters.keep(of(1000, "x".repeat(4000) + kept)).groups() != null) {
      kept++;
    }
    assertThat(kept * 8000L).isBetween(Putters.MAX_BYTES_PER_USER / 2, Putters.MAX_BYTES_PER_USER);
    assertThat(putters.keep(of(1000, "another"))).isEqualTo(of(1000, "another"));
    assertThat(putters.keep(of(1000, "y".repeat(9000)))).isEqualTo(Credentials.ofIds(1000, 1000));
    assertThat(putters.keep(of(2000, "y".repeat(9000))).groups()).isNotNull();
  }
}
