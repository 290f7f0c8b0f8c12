package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Callbacks that were collected would return 0: every open granted, every stat empty. With a small
 * heap and forced collections under load that shows within seconds.
 */
class SmallHeapTest {
  private static final int ROUNDS = 12;

  @BeforeAll
  static void requireFuse() {
    MountedTest.requireFuse();
  }

  @Test
  void theMountAnswersRightThroughCollectionsUnderLoad() throws IOException {
    try (Mount mount = Mount.start("threads=2", "-Xms8m -Xmx24m -XX:MaxNewSize=2m");
        TestBox box = new TestBox(mount)) {
      box.policy("version: 1\nrules: [ { id: one, match: { entry: one }, opens: 1 } ]\n");
      OtherProcess load = box.process();
      OtherProcess checks = box.process();
      checks.put(checks.memfd("kept"), box.path("one"));
      checks.put(checks.memfd("busy"), box.path("load"));
      List<Long> pipe = checks.numbers("pipe");
      checks.put(pipe.get(0), box.path("r"));
      long blocked = checks.run("readers", box.path("r"), 1);
      ProcessState.awaitInRead(blocked);
      long held = checks.open(box.path("one"), "O_RDWR");

      for (int round = 0; round < ROUNDS; round++) {
        load.send("reopen", box.path("load"), 3_000);
        collect(mount.pid());
        assertThat(checks.tryOpen(box.path("one"), "O_RDWR")).isEqualTo("EBUSY");
        assertThat(checks.stat(box.path("one")).size()).isEqualTo(4);
        assertThat(checks.errno("symlink", "nowhere", box.path("x"))).isEqualTo("EINVAL");
        assertThat(checks.errno("chmod", box.path("missing"), "0600")).isEqualTo("ENOENT");
        assertThat(checks.fstat(held).mode()).isEqualTo("100600");
        checks.close(checks.run("open", box.path("new" + round), "O_CREAT|O_RDWR"));
        checks.run("rename", box.path("new" + round), box.path("new"));
        assertThat(checks.text("listxattr", box.path("one"))).contains("user.fdbox.kind");
        assertThat(load.answer()).isEqualTo("ok 0");
      }
      checks.run("write", pipe.get(1), "x");
      assertThat(checks.text("wait", blocked, 30_000)).isEqualTo("exit 0");
      assertThat(mount.bugs()).isEmpty();
    }
  }

  private static void collect(long pid) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Command.Result result = Command.run(jcmd, Long.toString(pid), "GC.run");
    assertThat(result.status()).as(result.output()).isZero();
  }
}
