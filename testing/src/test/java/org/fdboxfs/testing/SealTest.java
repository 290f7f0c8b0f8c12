package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A sealed box: nothing goes in or out, nothing new is opened. */
@Mounted
class SealTest {
  private static final String STATE = "user.fdbox.state";

  @Test
  void aSealedBoxRefusesEverythingThatWouldChangeIt(TestBox box) {
    OtherProcess process = box.process();
    String ram = box.path("ram");
    process.put(process.memfd("x"), ram);
    process.run("mkdir", box.path("d"));
    String other = box.boxBeside("-other");
    process.run("mkdir", other);

    process.setXattr(box.path(), STATE, "sealed");

    assertThat(process.xattr(box.path(), STATE)).isEqualTo("sealed");
    assertThat(process.xattr(ram, STATE)).isEqualTo("sealed");
    assertThat(process.tryOpen(ram, "O_RDONLY")).isEqualTo("EBUSY");
    assertThat(process.tryPut(process.memfd(""), box.path("new"))).isEqualTo("EROFS");
    assertThat(process.errno("open", box.path("new"), "O_CREAT|O_RDWR")).isEqualTo("EROFS");
    assertThat(process.errno("mkdir", box.path("new"))).isEqualTo("EROFS");
    assertThat(process.errno("unlink", ram)).isEqualTo("EROFS");
    assertThat(process.errno("rmdir", box.path("d"))).isEqualTo("EROFS");
    assertThat(process.errno("rename", ram, box.path("moved"))).isEqualTo("EROFS");
    assertThat(process.errno("rename", ram, other + "/moved")).isEqualTo("EROFS");
    assertThat(process.errno("chmod", ram, "0644")).isEqualTo("EROFS");
    assertThat(process.errno("chown", ram, 1000, 1000)).isEqualTo("EROFS");
    assertThat(process.errno("utimens", ram, "1.0", "1.0")).isEqualTo("EROFS");
    assertThat(process.errno("truncate", ram, 0)).isEqualTo("EROFS");
    assertThat(process.errno("setxattr", ram, "user.a", "1")).isEqualTo("EROFS");
    assertThat(process.errno("rename", box.path(), box.boxBeside("-renamed"))).isEqualTo("EROFS");
    process.put(process.memfd(""), other + "/ram");
    assertThat(process.errno("rename", other + "/ram", box.path("in"))).isEqualTo("EROFS");
  }

  @Test
  void aSealedBoxIsStillListed(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("12345"), box.path("ram"));
    process.setXattr(box.path(), STATE, "sealed");

    assertThat(process.stat(box.path("ram")).size()).isEqualTo(5);
    long directory = process.run("opendir", box.path());
    assertThat(process.text("names", directory)).isEqualTo("ram/");
    process.run("closedir", directory);
    assertThat(StatusFile.box(box).get("state").getAsString()).isEqualTo("sealed");
  }

  @Test
  void unsealingGivesEverythingBack(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("untouched"), box.path("ram"));
    process.setXattr(box.path(), STATE, "sealed");

    process.setXattr(box.path(), STATE, "live");

    assertThat(process.content(box.path("ram"))).isEqualTo("untouched");
    process.run("unlink", box.path("ram"));
    assertThat(process.errno("setxattr", box.path(), STATE, "live")).isEqualTo("EBUSY");
  }

  @Test
  void aBoxInUseIsSealedOnlyByForce(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("used"), box.path("ram"));
    long handle = process.open(box.path("ram"), "O_RDWR");

    assertThat(process.errno("setxattr", box.path(), STATE, "sealed")).isEqualTo("EBUSY");
    Command.Result refused = Command.fdboxfs("seal", box.path());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.line()).contains(String.valueOf(process.pid()));
    assertThat(Command.fdboxfs("seal", "--force", box.path()).status()).isZero();
    assertThat(process.text("read", handle, 10, 0)).as("open handles go on").isEqualTo("used");
    process.close(handle);
    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo("EBUSY");
    assertThat(Command.fdboxfs("unseal", box.path()).status()).isZero();
    assertThat(process.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo(NONE);
  }

  @Test
  void onlyTheOwnerSeals(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    String mine = box.boxBeside("-mine");
    owner.run("mkdir", mine, "0777");
    OtherProcess other = box.process(1001, 1001);

    assertThat(other.errno("setxattr", mine, STATE, "sealed")).isEqualTo("EPERM");
    assertThat(owner.errno("setxattr", mine, STATE, "frozen")).isEqualTo("EINVAL");
    assertThat(owner.errno("setxattr", mine, STATE, "sealed")).isEqualTo(NONE);
    assertThat(other.errno("setxattr", mine, STATE, "live")).isEqualTo("EPERM");
    assertThat(owner.errno("setxattr", mine, STATE, "live")).isEqualTo(NONE);
  }

  @Test
  void otherBoxesAreNotSealed(TestBox box) {
    OtherProcess process = box.process();
    String other = box.boxBeside("-other");
    process.run("mkdir", other);
    process.setXattr(box.path(), STATE, "sealed");

    assertThat(process.tryPut(process.memfd(""), other + "/ram")).isEqualTo(NONE);
  }
}
