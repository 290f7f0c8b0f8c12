package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rename, times and owners. */
@Mounted
class RenameTest {
  @Test
  void renameReplacesAtOnceForWhoeverLooks(TestBox box) {
    OtherProcess process = box.process();
    process.close(process.run("open", box.path("target"), "O_CREAT|O_RDWR"));

    List<Long> counts = process.numbers("replace", box.path("next"), box.path("target"), 3_000);

    assertThat(counts.get(0)).as("looks").isPositive();
    assertThat(counts.get(1)).as("looks that found nothing").isZero();
    // The kernel looks twice; a name that is replaced twice in between is stale.
    assertThat(counts.get(2)).as("looks that met two renames").isLessThan(counts.get(0) / 50 + 10);
  }

  @Test
  void entriesMoveBetweenBoxesWithAllTheyHave(TestBox box) {
    OtherProcess process = box.process();
    String other = box.boxBeside("-other");
    process.run("mkdir", other);
    process.put(process.memfd("moved"), box.path("ram"));
    process.setXattr(box.path("ram"), "user.note", "mine");
    process.run("chmod", box.path("ram"), "0640");

    process.run("rename", box.path("ram"), other + "/ram");

    assertThat(process.content(other + "/ram")).isEqualTo("moved");
    assertThat(process.xattr(other + "/ram", "user.note")).isEqualTo("mine");
    assertThat(process.stat(other + "/ram").mode()).isEqualTo("100640");
    assertThat(process.errno("stat", box.path("ram"))).isEqualTo("ENOENT");
  }

  @Test
  void directoriesMoveWithWhatIsInThem(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("a"));
    process.run("mkdir", box.path("b"));
    process.put(process.memfd("inside"), box.path("a/ram"));
    long handle = process.open(box.path("a/ram"), "O_RDWR");

    process.run("rename", box.path("a"), box.path("b/a"));

    assertThat(process.content(box.path("b/a/ram"))).isEqualTo("inside");
    assertThat(process.fstat(handle).size()).isEqualTo(6);
    assertThat(process.errno("rename", box.path("b"), box.path("b/a/c"))).isEqualTo("EINVAL");
  }

  @Test
  void renameRefusesWhatRenameRefuses(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("full"));
    process.put(process.memfd(""), box.path("full/ram"));
    process.run("mkdir", box.path("empty"));
    process.put(process.memfd("1"), box.path("ram"));

    assertThat(process.errno("rename", box.path("none"), box.path("x"))).isEqualTo("ENOENT");
    assertThat(process.errno("rename", box.path("ram"), box.path("empty"))).isEqualTo("EISDIR");
    assertThat(process.errno("rename", box.path("empty"), box.path("ram"))).isEqualTo("ENOTDIR");
    assertThat(process.errno("rename", box.path("empty"), box.path("full"))).isEqualTo("ENOTEMPTY");
    assertThat(process.errno("rename", box.path("ram"), box.path("ram"))).isEqualTo(NONE);
    assertThat(process.errno("rename", box.path("ram"), box.path("ram/x"))).isEqualTo("ENOTDIR");
    assertThat(process.errno("rename", box.path("empty"), box.boxBeside("-no"))).isEqualTo("EPERM");
    assertThat(process.errno("rename", box.path("full"), box.path("empty"))).isEqualTo(NONE);
  }

  @Test
  void renameWithoutReplacingIsRefusedWithEexist(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("one"), box.path("one"));
    process.put(process.memfd("two"), box.path("two"));

    assertThat(process.errno("renameat2", box.path("one"), box.path("two"), "RENAME_NOREPLACE"))
        .isEqualTo("EEXIST");
    assertThat(process.errno("renameat2", box.path("one"), box.path("new"), "RENAME_NOREPLACE"))
        .isEqualTo(NONE);
    assertThat(process.errno("renameat2", box.path("new"), box.path("two"), "RENAME_EXCHANGE"))
        .isEqualTo("EINVAL");
    assertThat(process.content(box.path("new"))).isEqualTo("one");
    assertThat(process.content(box.path("two"))).isEqualTo("two");
  }

  @Test
  void timesAreSetApartAndToNow(TestBox box) {
    OtherProcess process = box.process();
    String path = box.path("ram");
    process.put(process.memfd("x"), path);
    process.run("utimens", path, "1000000000.123456789", "1100000000.987654321");
    assertThat(process.stat(path).text("atime")).isEqualTo("1000000000.123456789");
    assertThat(process.stat(path).text("mtime")).isEqualTo("1100000000.987654321");

    process.run("utimens", path, "omit", "1200000000.000000001");
    assertThat(process.stat(path).text("atime")).isEqualTo("1000000000.123456789");
    assertThat(process.stat(path).text("mtime")).isEqualTo("1200000000.000000001");

    process.run("utimens", path, "1300000000.000000002", "omit");
    assertThat(process.stat(path).text("atime")).isEqualTo("1300000000.000000002");
    assertThat(process.stat(path).text("mtime")).isEqualTo("1200000000.000000001");

    long before = System.currentTimeMillis() / 1000 - 1;
    process.run("utimens", path, "omit", "now");
    assertThat(process.stat(path).text("atime")).isEqualTo("1300000000.000000002");
    assertThat((long) Double.parseDouble(process.stat(path).text("mtime")))
        .isGreaterThanOrEqualTo(before);
    process.run("utimens", path, "now", "omit");
    assertThat((long) Double.parseDouble(process.stat(path).text("atime")))
        .isGreaterThanOrEqualTo(before);
  }

  @Test
  void timesOfDirectoriesAreSetTheSameWay(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("d"));

    process.run("utimens", box.path("d"), "1000000000.000000005", "omit");

    assertThat(process.stat(box.path("d")).text("atime")).isEqualTo("1000000000.000000005");
  }

  @Test
  void othersMaySetTimesToNowOnlyIfTheyMayWrite(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    owner.put(owner.memfd("x"), box.path("ram"));
    OtherProcess other = box.process(1001, 1001);

    assertThat(other.errno("utimens", box.path("ram"), "now", "now")).isEqualTo("EACCES");
    assertThat(other.errno("utimens", box.path("ram"), "1.0", "1.0")).isEqualTo("EPERM");
    owner.run("chmod", box.path("ram"), "0666");
    assertThat(other.errno("utimens", box.path("ram"), "now", "now")).isEqualTo(NONE);
    assertThat(other.errno("utimens", box.path("ram"), "1.0", "1.0")).isEqualTo("EPERM");
  }

  @Test
  void writingMovesTheModificationTime(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.run("utimens", box.path("ram"), "1000000000.0", "1000000000.0");
    long handle = process.open(box.path("ram"), "O_RDWR");

    process.run("write", handle, "y", 0);

    assertThat((long) Double.parseDouble(process.fstat(handle).text("mtime")))
        .isGreaterThan(1000000000L);
  }

  @Test
  void ownersChangeApart(TestBox box) {
    OtherProcess root = box.process();
    root.put(root.memfd("x"), box.path("ram"));

    root.run("chown", box.path("ram"), 1000, -1);
    assertThat(root.stat(box.path("ram")).uid()).isEqualTo(1000);
    assertThat(root.stat(box.path("ram")).gid()).isZero();
    root.run("chown", box.path("ram"), -1, 1001);
    assertThat(root.stat(box.path("ram")).uid()).isEqualTo(1000);
    assertThat(root.stat(box.path("ram")).gid()).isEqualTo(1001);
  }

  @Test
  void writingByAnotherUserClearsSetUserId(TestBox box) {
    OtherProcess root = box.process();
    root.put(root.memfd("x"), box.path("ram"));
    root.run("chown", box.path("ram"), 1000, 1000);
    root.run("chmod", box.path("ram"), "06777");
    OtherProcess other = box.process(1001, 1001);

    long handle = other.open(box.path("ram"), "O_WRONLY");
    other.run("write", handle, "y", 0);

    assertThat(root.stat(box.path("ram")).mode()).isEqualTo("100777");
  }
}
