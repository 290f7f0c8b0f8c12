package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Descriptors that belong together. */
@Mounted
class GroupsTest {
  private static final String LINK = "user.fdbox.link";

  /** A directory "net" with two members, iommu and dev, open to everybody. */
  private static OtherProcess group(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("net"), "0777");
    for (String name : new String[] {"iommu", "dev"}) {
      process.put(process.memfd(name), box.path("net/" + name));
      process.run("chmod", box.path("net/" + name), "0666");
    }
    return process;
  }

  @Test
  void aPlainDirectoryIsUsedByEverybody(TestBox box) {
    OtherProcess one = group(box);
    one.open(box.path("net/iommu"), "O_RDWR");

    assertThat(box.process().tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void aReservedGroupHasOneHolderAtATime(TestBox box) {
    OtherProcess one = group(box);
    one.setXattr(box.path("net"), LINK, "reserve");
    OtherProcess two = box.process();
    long handle = one.open(box.path("net/iommu"), "O_RDWR");

    assertThat(two.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("EBUSY");
    assertThat(two.tryOpen(box.path("net/iommu"), "O_RDONLY")).isEqualTo("EBUSY");
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
    assertThat(one.errno("thread", "open", box.path("net/dev"), "O_RDWR"))
        .as("a thread of the holder")
        .isEqualTo(NONE);
    one.close(handle);
    assertThat(two.tryOpen(box.path("net/iommu"), "O_RDONLY"))
        .as("the thread's handle is still open")
        .isEqualTo("EBUSY");
    one.close();
    assertThat(two.tryOpen(box.path("net/iommu"), "O_RDONLY")).isEqualTo(NONE);
    assertThat(two.xattr(box.path("net/dev"), "user.fdbox.group")).isEqualTo("reserve");
  }

  @Test
  void inOrderAMemberOpensAfterWhatItDependsOn(TestBox box) {
    OtherProcess one = group(box);
    one.setXattr(box.path("net"), LINK, "in-order");
    one.setXattr(box.path("net/dev"), "user.fdbox.after", "iommu");

    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");
    long iommu = one.open(box.path("net/iommu"), "O_RDWR");
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
    assertThat(box.process().tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("EBUSY");
    one.close(iommu);
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");
  }

  @Test
  void theOrderOfKindsComesFromThePolicy(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        groups:
          - match: { box: "*", group: "net*" }
            open: in-order
            order: [eventfd, memfd]
        """);
    OtherProcess one = group(box);
    one.put(one.run("eventfd", 0), box.path("net/event"));

    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");
    one.open(box.path("net/event"), "O_RDWR");
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void togetherNoMemberOpensAlone(TestBox box) {
    OtherProcess one = group(box);
    one.setXattr(box.path("net"), LINK, "together");

    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");
    assertThat(one.tryOpen(box.path("net/iommu"), "O_RDONLY")).isEqualTo("ENOLINK");
  }

  @Test
  void aUserMayBeTheHolderOfAGroup(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        groups:
          - match: { group: "net*" }
            open: reserve
            holder: user
        """);
    group(box);
    OtherProcess one = box.process(1000, 1000);
    OtherProcess alike = box.process(1000, 1000);
    OtherProcess other = box.process(1001, 1001);
    one.open(box.path("net/iommu"), "O_RDWR");

    assertThat(alike.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
    assertThat(other.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("EBUSY");
  }

  @Test
  void theMarkWinsOverTheRule(TestBox box) throws IOException {
    box.policy(
        """
        version: 1
        groups: [ { match: { group: "net*" }, open: together } ]
        """);
    OtherProcess one = group(box);
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");

    one.setXattr(box.path("net"), LINK, "none");
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);

    one.run("removexattr", box.path("net"), LINK);
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("ENOLINK");
  }

  @Test
  void aGroupIsFreeAfterItsHolderWasKilled(TestBox box) {
    OtherProcess one = group(box);
    one.setXattr(box.path("net"), LINK, "reserve");
    OtherProcess holder = box.process();
    holder.open(box.path("net/iommu"), "O_RDWR");
    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo("EBUSY");

    holder.close();

    assertThat(one.tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
  }

  @Test
  void listingAGroupClaimsNothing(TestBox box) {
    OtherProcess one = group(box);
    one.setXattr(box.path("net"), LINK, "reserve");
    long directory = one.run("opendir", box.path("net"));

    assertThat(box.process().tryOpen(box.path("net/dev"), "O_RDWR")).isEqualTo(NONE);
    one.run("closedir", directory);
  }
}
