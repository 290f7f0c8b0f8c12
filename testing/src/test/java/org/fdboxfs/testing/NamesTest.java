package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names are bytes, and two of them never meet. */
@Mounted
class NamesTest {
  private static Raw raw(TestBox box, String encoded) {
    return new Raw(box.path() + "/" + encoded);
  }

  @Test
  void namesThatAreNotUtf8AreRefusedWithEilseqEverywhere(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    String target = "/proc/self/fd/" + fd;
    for (String name : List.of("%FF%FE", "a%FF", "%C3", "%ED%A0%80", "%C0%AF", "%F8%88%80%80%80")) {
      Raw path = raw(box, name);
      assertThat(process.errno("symlink", target, path)).as(name).isEqualTo("EILSEQ");
      assertThat(process.errno("mkdir", path)).as(name).isEqualTo("EILSEQ");
      assertThat(process.errno("open", path, "O_CREAT|O_RDWR")).as(name).isEqualTo("EILSEQ");
      process.put(fd, box.path("good"));
      assertThat(process.errno("rename", box.path("good"), path)).as(name).isEqualTo("EILSEQ");
      process.run("unlink", box.path("good"));
    }
  }

  @Test
  void twoDifferentByteNamesNeverMeet(TestBox box) {
    OtherProcess process = box.process();
    String target = "/proc/self/fd/" + process.memfd("");
    assertThat(process.errno("symlink", target, raw(box, "%EF%BF%BD"))).isIn(NONE, "EILSEQ");

    assertThat(process.errno("stat", raw(box, "%FF"))).isNotEqualTo(NONE);
    assertThat(process.errno("stat", raw(box, "%FE"))).isNotEqualTo(NONE);
    assertThat(process.errno("unlink", raw(box, "%FF"))).isNotEqualTo(NONE);
  }

  @Test
  void namesOfOtherScriptsAreKeptByteForByte(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    // Composed and decomposed forms of one letter are two names.
    List<String> names = List.of("\u00e9", "e\u0301", "\u540d\u524d", "\ud83d\ude00", " ", "a\nb");
    for (String name : names) {
      process.put(fd, box.path(name));
    }
    long directory = process.run("opendir", box.path());

    List<String> listed = List.of(process.text("names", directory).split("/"));

    process.run("closedir", directory);
    assertThat(listed).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void aNameHas255BytesAndNotOneMore(TestBox box) {
    OtherProcess process = box.process();
    long fd = process.memfd("");
    String longest = "n".repeat(255);
    String longestOfThreeBytes = "\u540d".repeat(85);

    assertThat(process.tryPut(fd, box.path(longest))).isEqualTo(NONE);
    assertThat(process.tryPut(fd, box.path(longestOfThreeBytes))).isEqualTo(NONE);
    assertThat(process.tryPut(fd, box.path(longest + "n"))).isEqualTo("ENAMETOOLONG");
    assertThat(process.tryPut(fd, box.path(longestOfThreeBytes + "n"))).isEqualTo("ENAMETOOLONG");
    assertThat(process.errno("mkdir", box.path(longest + "n"))).isEqualTo("ENAMETOOLONG");
    assertThat(process.errno("open", box.path(longest + "n"), "O_CREAT|O_RDWR"))
        .isEqualTo("ENAMETOOLONG");
    assertThat(process.errno("rename", box.path(longest), box.path(longest + "n")))
        .isEqualTo("ENAMETOOLONG");
    assertThat(process.content(box.path(longest))).isEmpty();
  }

  @Test
  void aNewMemfdMayHaveALongName(TestBox box) {
    OtherProcess process = box.process();

    long fd = process.run("open", box.path("m".repeat(255)), "O_CREAT|O_RDWR");

    assertThat(process.run("write", fd, "x")).isEqualTo(1);
  }

  @Test
  void theControlDirectoryIsReservedAndNotListed(TestBox box) {
    OtherProcess process = box.process();
    String root = box.mount().path().toString();
    String control = root + "/.fdbox";
    long directory = process.run("opendir", root);
    assertThat(process.text("names", directory).split("/")).contains(box.name());
    process.run("rewinddir", directory);
    assertThat(process.text("names", directory).split("/")).doesNotContain(".fdbox");
    process.run("closedir", directory);

    assertThat(process.errno("mkdir", control)).isEqualTo("EEXIST");
    assertThat(process.errno("rmdir", control)).isNotEqualTo(NONE);
    assertThat(process.errno("rename", control, root + "/other")).isNotEqualTo(NONE);
    assertThat(process.errno("rename", box.path(), control)).isNotEqualTo(NONE);
    assertThat(process.errno("unlink", control + "/status")).isNotEqualTo(NONE);
    assertThat(process.tryPut(process.memfd(""), control + "/x")).isNotEqualTo(NONE);
    assertThat(process.stat(control).mode()).startsWith("40");
  }

  @Test
  void theNameOfTheControlDirectoryIsFreeInsideABox(TestBox box) {
    OtherProcess process = box.process();

    process.run("mkdir", box.path(".fdbox"));

    assertThat(process.stat(box.path(".fdbox")).mode()).isEqualTo("40700");
  }

  @Test
  void directoriesNestSixteenDeepInABox(TestBox box) {
    OtherProcess process = box.process();
    StringBuilder path = new StringBuilder(box.path());
    for (int depth = 1; depth <= 16; depth++) {
      process.run("mkdir", path.append("/d").toString());
    }
    process.put(process.memfd("deep"), path + "/ram");

    assertThat(process.content(path + "/ram")).isEqualTo("deep");
    assertThat(process.errno("mkdir", path + "/d")).isEqualTo("ENAMETOOLONG");
    process.run("mkdir", box.path("e"));
    process.run("mkdir", box.path("e/e"));
    assertThat(process.errno("rename", box.path("e"), path + "/e")).isEqualTo("ENAMETOOLONG");
  }
}
