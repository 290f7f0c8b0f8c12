package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import org.junit.jupiter.api.Test;

/** Extended attributes: those that are kept, and those that mean something. */
@Mounted
class XattrTest {
  @Test
  void userAttributesAreKeptAsTheyAre(TestBox box) {
    OtherProcess process = box.process();
    String path = box.path("ram");
    process.put(process.memfd("x"), path);

    process.run("setxattr", path, "user.bytes", new Raw("a%00%FFb"));
    process.run("setxattr", path, "user.empty", "");

    assertThat(process.run("getxattr", path, "user.bytes", 0)).isEqualTo(4);
    process.send("getxattr", path, "user.bytes");
    assertThat(process.answer()).isEqualTo("ok a%00%FFb");
    assertThat(process.xattr(path, "user.empty")).isEmpty();
    assertThat(process.text("listxattr", path).split("\0"))
        .contains("user.bytes", "user.empty", "user.fdbox.kind");
    process.run("removexattr", path, "user.bytes");
    assertThat(process.errno("getxattr", path, "user.bytes")).isEqualTo("ENODATA");
    assertThat(process.errno("removexattr", path, "user.bytes")).isEqualTo("ENODATA");
  }

  @Test
  void twoNamesOfDifferentBytesNeverMeet(TestBox box) {
    OtherProcess process = box.process();
    Raw one = new Raw("user.%FF%FE");

    assertThat(process.errno("setxattr", box.path(), one, "1")).isEqualTo("EILSEQ");
    assertThat(process.errno("getxattr", box.path(), one, 0)).isEqualTo("EILSEQ");
    assertThat(process.errno("removexattr", box.path(), one)).isEqualTo("EILSEQ");
    process.run("setxattr", box.path(), "user.\u00e9", new Raw("%FF%FE"));
    assertThat(process.errno("getxattr", box.path(), "user.\u00e9", 0)).isEqualTo(NONE);
  }

  @Test
  void flagsOfSetxattrAreObeyed(TestBox box) {
    OtherProcess process = box.process();
    String path = box.path();

    assertThat(process.errno("setxattr", path, "user.a", "1", "XATTR_REPLACE"))
        .isEqualTo("ENODATA");
    assertThat(process.errno("setxattr", path, "user.a", "1", "XATTR_CREATE")).isEqualTo(NONE);
    assertThat(process.errno("setxattr", path, "user.a", "2", "XATTR_CREATE")).isEqualTo("EEXIST");
    assertThat(process.errno("setxattr", path, "user.a", "3", "XATTR_REPLACE")).isEqualTo(NONE);
    assertThat(process.xattr(path, "user.a")).isEqualTo("3");
  }

  @Test
  void aBufferThatIsTooSmallIsRefusedWithErange(TestBox box) {
    OtherProcess process = box.process();
    process.setXattr(box.path(), "user.a", "12345");

    assertThat(process.errno("getxattr", box.path(), "user.a", 4)).isEqualTo("ERANGE");
    assertThat(process.text("getxattr", box.path(), "user.a", 5)).isEqualTo("12345");
    assertThat(process.errno("listxattr", box.path(), 3)).isEqualTo("ERANGE");
    assertThat(process.run("listxattr", box.path(), 0)).isPositive();
  }

  @Test
  void otherNameSpacesAreNotOffered(TestBox box) {
    OtherProcess process = box.process();

    assertThat(process.errno("setxattr", box.path(), "trusted.a", "1")).isEqualTo("EOPNOTSUPP");
    assertThat(process.errno("setxattr", box.path(), "security.a", "1")).isEqualTo("EOPNOTSUPP");
    assertThat(process.errno("getxattr", box.path(), "trusted.a")).isIn("EOPNOTSUPP", "ENODATA");
  }

  @Test
  void attributesCannotGrowWithoutBound(TestBox box) {
    OtherProcess process = box.process();
    String value = "x".repeat(60_000);
    int kept = 0;
    while (kept < 1000
        && process.errno("setxattr", box.path(), "user.a" + kept, value).equals(NONE)) {
      kept++;
    }

    assertThat(kept).isLessThan(1000);
    assertThat(process.errno("setxattr", box.path(), "user.last", value)).isEqualTo("ENOSPC");
  }

  @Test
  void ownAttributesTellAndCannotBeForged(TestBox box) {
    OtherProcess process = box.process();
    String path = box.path("ram");
    process.put(process.memfd("x"), path);
    long handle = process.open(path, "O_RDONLY");

    assertThat(process.xattr(path, "user.fdbox.kind")).isEqualTo("memfd");
    assertThat(process.xattr(path, "user.fdbox.claims")).isEqualTo("1");
    assertThat(process.xattr(path, "user.fdbox.state")).isEqualTo("live");
    assertThat(process.xattr(box.path(), "user.fdbox.state")).isEqualTo("live");
    for (String name : new String[] {"kind", "claims", "state", "nonsense"}) {
      assertThat(process.errno("setxattr", path, "user.fdbox." + name, "live"))
          .as(name)
          .isEqualTo("EPERM");
    }
    assertThat(process.errno("removexattr", path, "user.fdbox.kind")).isEqualTo("EPERM");
    process.close(handle);
  }

  @Test
  void onlyOwnersMarkGroups(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    OtherProcess other = box.process(1001, 1001);
    owner.run("mkdir", box.path("d"), "0777");

    assertThat(other.errno("setxattr", box.path("d"), "user.fdbox.link", "none"))
        .isIn("EPERM", "EACCES");
    assertThat(owner.errno("setxattr", box.path("d"), "user.fdbox.link", "sometimes"))
        .isEqualTo("EINVAL");
    for (String mark : new String[] {"reserve", "in-order", "together", "none"}) {
      owner.setXattr(box.path("d"), "user.fdbox.link", mark);
      assertThat(owner.xattr(box.path("d"), "user.fdbox.link")).isEqualTo(mark);
    }
  }

  @Test
  void membersThatDependOnThemselvesAreRefusedWithEloop(TestBox box) {
    OtherProcess process = box.process();
    for (String name : new String[] {"a", "b", "c"}) {
      process.put(process.memfd(""), box.path(name));
    }
    String after = "user.fdbox.after";

    assertThat(process.errno("setxattr", box.path("a"), after, "a")).isEqualTo("ELOOP");
    process.setXattr(box.path("a"), after, "b");
    process.setXattr(box.path("b"), after, "c");
    assertThat(process.errno("setxattr", box.path("c"), after, "a")).isEqualTo("ELOOP");
    assertThat(process.errno("setxattr", box.path("c"), after, "none/a")).isEqualTo("ELOOP");
    assertThat(process.xattr(box.path("b"), after)).isEqualTo("c");
    process.run("removexattr", box.path("a"), after);
    assertThat(process.errno("setxattr", box.path("c"), after, "a")).isEqualTo(NONE);
  }

  @Test
  void strangersSetNoAttributes(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    owner.put(owner.memfd("x"), box.path("ram"));

    assertThat(box.process(1001, 1001).errno("setxattr", box.path("ram"), "user.a", "1"))
        .isIn("EACCES", "EPERM");
  }
}
