package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Directories: listing, making, removing, whose what is in them. */
@Mounted
class DirectoryTest {
  private static List<String> list(OtherProcess process, String path) {
    long directory = process.run("opendir", path);
    List<String> names = new ArrayList<>();
    while (true) {
      String some = process.text("names", directory, 3000);
      if (some.isEmpty()) {
        process.run("closedir", directory);
        return names;
      }
      names.addAll(List.of(some.split("/")));
    }
  }

  @Test
  void twentyThousandEntriesAreListedEachOnce(TestBox box) {
    OtherProcess process = box.process();
    process.run("put_many", process.memfd(""), box.path("e"), 18_000);
    process.run("mkdir_many", box.path("d"), 2_000);
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 18_000; i++) {
      expected.add("e" + i);
    }
    for (int i = 0; i < 2_000; i++) {
      expected.add("d" + i);
    }

    List<String> names = list(process, box.path());

    assertThat(names).hasSize(20_000);
    assertThat(new HashSet<>(names)).isEqualTo(expected);
    assertThat(process.stat(box.path()).links()).isEqualTo(2_002);
  }

  @Test
  void aHundredThousandDirectoriesAreListedEachOnce(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir_many", box.path("d"), 100_000);

    List<String> names = list(process, box.path());

    assertThat(names).hasSize(100_000);
    assertThat(new HashSet<>(names)).hasSize(100_000);
  }

  @Test
  void whatIsThereAllTheTimeIsListedOnceWhileOthersComeAndGo(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir_many", box.path("stays"), 3_000);
    process.run("mkdir_many", box.path("goes"), 500);
    long directory = process.run("opendir", box.path());
    List<String> names = new ArrayList<>(List.of(process.text("names", directory, 10).split("/")));
    for (int i = 0; i < 500; i++) {
      process.run("rmdir", box.path("goes" + i));
    }
    process.run("mkdir_many", box.path("comes"), 500);
    for (String some = process.text("names", directory, 1000);
        !some.isEmpty();
        some = process.text("names", directory, 1000)) {
      names.addAll(List.of(some.split("/")));
    }
    process.run("closedir", directory);

    assertThat(names.stream().filter(name -> name.startsWith("stays"))).hasSize(3_000);
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void rewindingShowsWhatIsThereThen(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("old"));
    long directory = process.run("opendir", box.path());
    assertThat(process.text("names", directory)).isEqualTo("old/");
    process.run("mkdir", box.path("new"));
    process.run("rmdir", box.path("old"));

    process.run("rewinddir", directory);

    assertThat(process.text("names", directory)).isEqualTo("new/");
    process.run("closedir", directory);
  }

  @Test
  void inodeNumbersAreThoseOfTheListingAndStay(TestBox box) throws Exception {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("d"));
    process.put(process.memfd("x"), box.path("ram"));
    long inode = process.stat(box.path("ram")).inode();
    Command.Result listed = Command.run("ls", "-fi", box.path());

    assertThat(listed.output()).contains(inode + " ram");
    assertThat(listed.output()).contains(process.stat(box.path("d")).inode() + " d");
    process.run("rename", box.path("ram"), box.path("d/moved"));
    assertThat(process.stat(box.path("d/moved")).inode()).isEqualTo(inode);
    process.put(process.memfd("x"), box.path("ram"));
    assertThat(process.stat(box.path("ram")).inode()).isNotEqualTo(inode);
  }

  @Test
  void directoriesCountTheirDirectories(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("d"));
    process.run("mkdir", box.path("d/one"));
    process.run("mkdir", box.path("d/two"));
    process.put(process.memfd(""), box.path("d/ram"));

    assertThat(process.stat(box.path("d")).links()).isEqualTo(4);
    process.run("rmdir", box.path("d/one"));
    assertThat(process.stat(box.path("d")).links()).isEqualTo(3);
  }

  @Test
  void onlyEmptyDirectoriesAreRemoved(TestBox box) {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("d"));
    process.put(process.memfd(""), box.path("d/ram"));

    assertThat(process.errno("rmdir", box.path("d"))).isEqualTo("ENOTEMPTY");
    assertThat(process.errno("unlink", box.path("d"))).isEqualTo("EISDIR");
    assertThat(process.errno("rmdir", box.path("d/ram"))).isEqualTo("ENOTDIR");
    process.run("unlink", box.path("d/ram"));
    process.run("rmdir", box.path("d"));
    assertThat(process.errno("rmdir", box.path("d"))).isEqualTo("ENOENT");
  }

  @Test
  void aSetGroupIdDirectoryHandsItsGroupDown(TestBox box) {
    OtherProcess root = box.process();
    root.run("mkdir", box.path("d"), "0777");
    root.run("chown", box.path("d"), 0, 2000);
    root.run("chmod", box.path("d"), "02777");
    OtherProcess user = box.process(1000, 1000);

    user.put(user.memfd(""), box.path("d/put"));
    user.close(user.run("open", box.path("d/made"), "O_CREAT|O_RDWR"));
    user.run("mkdir", box.path("d/dir"), "0755");

    assertThat(user.stat(box.path("d/put")).gid()).isEqualTo(2000);
    assertThat(user.stat(box.path("d/made")).gid()).isEqualTo(2000);
    assertThat(user.stat(box.path("d/dir")).gid()).isEqualTo(2000);
    assertThat(user.stat(box.path("d/dir")).mode()).isEqualTo("42755");
    assertThat(user.stat(box.path("d/put")).uid()).isEqualTo(1000);
  }

  @Test
  void theRootIsStickySoThatNobodyTakesAnothersBox(TestBox box) {
    assertThat(box.process().stat(box.mount().path().toString()).mode()).isEqualTo("41777");
    OtherProcess one = box.process(1000, 1000);
    OtherProcess two = box.process(1001, 1001);
    String ones = box.boxBeside("-one");
    String twos = box.boxBeside("-two");
    one.run("mkdir", ones, "0777");
    two.run("mkdir", twos, "0700");

    assertThat(two.errno("rmdir", ones)).isEqualTo("EPERM");
    assertThat(two.errno("rename", ones, box.boxBeside("-stolen"))).isEqualTo("EPERM");
    assertThat(two.errno("rename", twos, ones)).isEqualTo("EPERM");
    assertThat(two.errno("chmod", ones, "0700")).isEqualTo("EPERM");
    assertThat(one.errno("opendir", twos)).isEqualTo("EACCES");
    assertThat(one.errno("rename", ones, box.boxBeside("-kept"))).isEqualTo(NONE);
  }

  @Test
  void modesKeepOtherUsersOut(TestBox box) {
    OtherProcess owner = box.process(1000, 1000);
    OtherProcess member = box.process(1001, 1001, 1000);
    OtherProcess stranger = box.process(1002, 1002);
    owner.put(owner.memfd("x"), box.path("ram"));
    assertThat(member.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo("EACCES");

    owner.run("chmod", box.path("ram"), "0640");

    assertThat(member.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo(NONE);
    assertThat(member.tryOpen(box.path("ram"), "O_RDWR")).isEqualTo("EACCES");
    assertThat(stranger.tryOpen(box.path("ram"), "O_RDONLY")).isEqualTo("EACCES");
    assertThat(stranger.errno("chmod", box.path("ram"), "0666")).isEqualTo("EPERM");
    assertThat(owner.errno("chown", box.path("ram"), 1001, 1001)).isEqualTo("EPERM");
  }

  @Test
  void aBoxHasTheModeThatMkdirGivesIt(TestBox box) {
    OtherProcess user = box.process(1000, 1000);
    String mine = box.boxBeside("-mine");

    user.run("mkdir", mine, "0750");

    assertThat(user.stat(mine).mode()).isEqualTo("40750");
    assertThat(user.stat(mine).uid()).isEqualTo(1000);
  }

  @Test
  void statfsHasRealFigures(TestBox box) {
    OtherProcess process = box.process();
    String root = box.mount().path().toString();
    Stat before = Stat.parse(process.text("statfs", root));
    process.run("put_many", process.memfd(""), box.path("e"), 100);
    Stat after = Stat.parse(process.text("statfs", root));

    assertThat(before.number("bsize")).isPositive();
    assertThat(before.number("blocks") * before.number("bsize")).isGreaterThan(1L << 20);
    assertThat(before.number("bfree")).isPositive();
    assertThat(before.number("bfree")).isLessThanOrEqualTo(before.number("blocks"));
    assertThat(before.number("namemax")).isEqualTo(255);
    assertThat(before.number("files")).isPositive();
    assertThat(before.number("ffree") - after.number("ffree")).isEqualTo(100);
  }
}
