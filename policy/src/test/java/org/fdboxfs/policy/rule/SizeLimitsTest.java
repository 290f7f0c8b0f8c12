package org.fdboxfs.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.World;
import org.fdboxfs.registry.Entry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How large one file may become, and all of one user. */
class SizeLimitsTest {
  private static final long TIB = 1L << 40;

  private final World world = new World();
  private final Entry entry = world.put(world.box, "ram", FdKind.MEMFD);

  SizeLimitsTest() throws FsException {}

  @Test
  void aFileOverTheQuotaOfItsOwnerIsRefusedAsOverTheQuota() {
    assertThat(growing(2 * TIB, TIB)).isEqualTo(Errno.EDQUOT);
  }

  @Test
  void aFileLargerThanAnyIsRefusedAsTooLargeWhateverTheQuota() {
    assertThat(growing(16 * TIB + 1, TIB)).isEqualTo(Errno.EFBIG);
    assertThat(growing(16 * TIB + 1, Long.MAX_VALUE)).isEqualTo(Errno.EFBIG);
  }

  @Test
  void whatFitsIsAllowed() {
    assertThat(growing(TIB, TIB)).isNull();
    assertThat(growing(16 * TIB, Long.MAX_VALUE)).isNull();
  }

  private @Nullable Errno growing(long bytes, long bytesPerUser) {
    QuotaRule rule = new QuotaRule(10, 10, 10, bytesPerUser, Limits.ofDescriptors(10));
    Deny deny = rule.check(world.about(Operation.SETATTR, entry).adding(bytes));
    return deny == null ? null : deny.errno();
  }
}
