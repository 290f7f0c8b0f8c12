package org.fdboxfs.app.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private final Accounts accounts =
      new Accounts(
          """
          root:x:0:0:root:/root:/bin/sh
          alice:x:1000:1001::/home/alice:/bin/sh
          broken
          """,
          """
          root:x:0:
          alice:x:1001:
          kvm:x:27:bob,alice
          disk:x:6:bob
          """);

  @Test
  void aUserHasThePrimaryGroupAndThoseThatNameIt() {
    Accounts.User alice = accounts.user("alice").orElseThrow();
    assertThat(accounts.groupsOf(alice)).isEqualTo(List.of(1001L, 27L));
    assertThat(accounts.user("1000")).contains(alice);
  }

  @Test
  void withoutANameTheNumberStands() {
    assertThat(accounts.userName(1000)).isEqualTo("alice");
    assertThat(accounts.userName(4_294_967_294L)).isEqualTo("4294967294");
    assertThat(accounts.groupName(27)).isEqualTo("kvm");
    assertThat(accounts.gid("77")).contains(77L);
    assertThat(accounts.gid("nobody-knows")).isEmpty();
  }

  @Test
  void numbersFitInAnId() {
    assertThat(Accounts.isNumber("4294967295")).isTrue();
    assertThat(Accounts.isNumber("4294967296")).isFalse();
    assertThat(Accounts.isNumber("-1")).isFalse();
    assertThat(Accounts.isNumber("")).isFalse();
  }
}
