package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.charset.StandardCharsets;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.ExtendedAttributes.SetMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedAttributesTest {
  private final Rig rig = new Rig();
  private final ExtendedAttributes attributes = rig.guard.attributes();

  ExtendedAttributesTest() throws FsException {
    rig.mkdir("/box/net", 0755, rig.alice);
    rig.put("/box/ram", FdKind.MEMFD, rig.alice);
    rig.put("/box/net/iommu", FdKind.IOMMUFD, rig.alice);
  }

  private String get(String path, String key) throws FsException {
    return new String(attributes.get(path, key), StandardCharsets.UTF_8);
  }

  private void set(String path, String key, SetMode mode) throws FsException {
    attributes.set(path, key, new byte[] {1, 0, -1}, mode, rig.alice);
  }

  @Test
  void anEntryTellsItsKindItsClaimsAndItsState() throws FsException {
    assertThat(get("/box/ram", "user.fdbox.kind")).isEqualTo("memfd");
    assertThat(get("/box/ram", "user.fdbox.claims")).isEqualTo("0");
    Lease lease = rig.open("/box/ram", rig.bob);
    assertThat(get("/box/ram", "user.fdbox.claims")).isEqualTo("1");
    assertThat(get("/box/ram", "user.fdbox.state")).isEqualTo("live");
    rig.release(lease);
    rig.seal("/box", rig.alice);
    assertThat(get("/box/ram", "user.fdbox.state")).isEqualTo("sealed");
    assertThat(get("/box", "user.fdbox.state")).isEqualTo("sealed");
    assertThat(get("/box/ram", "user.fdbox.claims")).isEqualTo("0");
  }

  @Test
  void aDirectoryTellsHowItsMembersBelongTogether() throws FsException {
    assertThat(get("/box", "user.fdbox.link")).isEqualTo("none");
    assertThat(get("/box/net", "user.fdbox.link")).isEqualTo("reserve");
    rig.mark("/box/net", "user.fdbox.link", "in-order", rig.alice);
    assertThat(get("/box/net", "user.fdbox.link")).isEqualTo("in-order");
    assertThat(errnoOf(() -> get("/box/net", "user.fdbox.state"))).isEqualTo(Errno.ENODATA);
    assertThat(errnoOf(() -> get("/", "user.fdbox.link"))).isEqualTo(Errno.ENODATA);
  }

  @Test
  void whatIsListedCanBeRead() throws FsException {
    rig.mark("/box/net/iommu", "user.fdbox.after", "x", rig.alice);
    set("/box/net/iommu", "user.note", SetMode.ANY);
    for (String path : new String[] {"/", "/box", "/box/ram", "/box/net", "/box/net/iommu"}) {
      for (String key : attributes.list(path)) {
        assertThat(attributes.get(path, key)).as("%s of %s", key, path).isNotNull();
      }
      assertThat(attributes.list(path)).doesNotHaveDuplicates();
    }
    assertThat(attributes.list("/box/net/iommu"))
        .contains("user.fdbox.kind", "user.fdbox.claims", "user.fdbox.state", "user.note")
        .contains("user.fdbox.after");
    assertThat(attributes.list("/")).isEmpty();
  }

  @Test
  void othersAreKeptByteForByte() throws FsException {
    set("/box/ram", "user.note", SetMode.ANY);
    byte[] value = attributes.get("/box/ram", "user.note");
    assertThat(value).containsExactly(1, 0, -1);
    value[0] = 99;
    assertThat(attributes.get("/box/ram", "user.note")).containsExactly(1, 0, -1);
    attributes.remove("/box/ram", "user.note", rig.alice);
    assertThat(errnoOf(() -> get("/box/ram", "user.note"))).isEqualTo(Errno.ENODATA);
    assertThat(errnoOf(() -> attributes.remove("/box/ram", "user.note", rig.alice)))
        .isEqualTo(Errno.ENODATA);
  }

  @Test
  void flagsSayWhetherItMustBeThere() throws FsException {
    assertThat(errnoOf(() -> set("/box/ram", "user.note", SetMode.REPLACE)))
        .isEqualTo(Errno.ENODATA);
    set("/box/ram", "user.note", SetMode.CREATE);
    assertThat(errnoOf(() -> set("/box/ram", "user.note", SetMode.CREATE))).isEqualTo(Errno.EEXIST);
    set("/box/ram", "user.note", SetMode.REPLACE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"security.capability", "trusted.x", "system.posix_acl_access", "user."})
  void otherNameSpacesAreNotOffered(String key) {
    assertThat(errnoOf(() -> get("/box/ram", key))).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(errnoOf(() -> set("/box/ram", key, SetMode.ANY))).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(errnoOf(() -> attributes.remove("/box/ram", key, rig.alice)))
        .isEqualTo(Errno.EOPNOTSUPP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.fdbox.kind",
        "user.fdbox.claims",
        "user.fdbox.state",
        "user.fdbox.group",
        "user.fdbox.link",
        "user.fdbox.whatever"
      })
  void whatWeTellOfAnEntryIsNotSet(String key) {
    assertThat(errnoOf(() -> set("/box/ram", key, SetMode.ANY))).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> attributes.remove("/box/ram", "user.fdbox.kind", rig.alice)))
        .isEqualTo(Errno.EPERM);
  }

  @Test
  void aMarkOfADirectoryIsNoneOfAnEntry() {
    assertThat(errnoOf(() -> rig.mark("/box/net", "user.fdbox.after", "x", rig.alice)))
        .isEqualTo(Errno.EPERM);
  }
}
