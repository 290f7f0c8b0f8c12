package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * What a command finds that {@code run} or {@code take} was replaced by, compared with the same
 * command without either: launcher and JVM leave no trace.
 */
@Mounted
class UnchangedProcessTest {
  private static final String BEFORE =
      "trap '' PIPE USR1 QUIT; umask 027; ulimit -Sn 77; ulimit -c 0; cd /usr; ";

  private static void putMemory(TestBox box) {
    OtherProcess process = box.process();
    process.put(process.memfd("content"), box.path("ram"));
    process.close();
  }

  /** Runs a command directly and through {@code run}, and compares what they print. */
  private static String same(TestBox box, String before, String command) throws IOException {
    String direct = Shell.output(box, before + "exec " + command + " 3</dev/null");
    String through = Shell.output(box, before + "exec \"$FDBOXFS\" run \"$BOX\" -- " + command);
    assertThat(through).isEqualTo(direct);
    return direct;
  }

  @Test
  void signalsLimitsAndTheRest(TestBox box) throws IOException {
    putMemory(box);
    String attributes =
        "grep -E '^(Umask|TracerPid|Uid|Gid|Groups|Sig|Cap|NoNew|Seccomp|Cpus|Mems)'"
            + " /proc/self/status";

    // Ignored: QUIT, USR1, PIPE; whatever the machine adds is above them.
    assertThat(same(box, BEFORE, attributes)).containsPattern("SigIgn:\t[0-9a-f]{12}1204");
    same(box, "", attributes);
    assertThat(same(box, BEFORE, "cat /proc/self/limits")).containsPattern("open files +77 ");
    same(box, BEFORE, "cat /proc/self/coredump_filter");
    same(box, BEFORE, "cat /proc/self/oom_score_adj /proc/self/timerslack_ns");
    assertThat(same(box, BEFORE, "pwd")).isEqualTo("/usr");
  }

  @Test
  void descriptors(TestBox box) throws IOException {
    putMemory(box);
    assertThat(same(box, "", "sh -c 'ls /proc/$$/fd'")).isEqualTo("0\n1\n2\n3");
    assertThat(same(box, "exec 7</dev/zero; ", "sh -c 'readlink /proc/$$/fd/7'"))
        .isEqualTo("/dev/zero");
    assertThat(same(box, "exec <&-; ", "sh -c 'ls /proc/$$/fd'")).isEqualTo("1\n2\n3");
  }

  @Test
  void environment(TestBox box) throws IOException {
    putMemory(box);
    // A name that no shell would set, a value that is not UTF-8, and what the launcher changes.
    String variables =
        "env -i A=1 'B.C=dot' \"D=$(printf 'x\\377y')\" LC_ALL=C JAVA_TOOL_OPTIONS=-Dno=1"
            + " LISTEN_FDNAMES=old \"PATH=$PATH\" E= ";
    String show = "cat /proc/self/environ | tr '\\0' '\\n' | grep -av '^LISTEN_' | od -An -c";
    String direct = Shell.output(box, variables + show);
    assertThat(Shell.output(box, variables + "\"$FDBOXFS\" run \"$BOX\" -- " + show))
        .isEqualTo(direct);
    assertThat(direct).contains("377").contains("B   .   C");
    String names = "printenv LISTEN_FDNAMES";
    assertThat(Shell.output(box, variables + "\"$FDBOXFS\" take \"$BOX/ram\" -- " + names))
        .as("take leaves them alone")
        .isEqualTo("old");
  }

  @Test
  void argumentsThatAreNotUtf8(TestBox box) throws IOException {
    putMemory(box);
    String words = " printf '%s|' \"$(printf 'a\\377b')\" '' '--' -h 'a  b' | od -An -c";
    assertThat(Shell.output(box, "\"$FDBOXFS\" take \"$BOX/ram\" --" + words))
        .isEqualTo(Shell.output(box, words))
        .contains("377");
  }

  @Test
  void nothingIsLeftInTheTemporaryDirectory(TestBox box) throws IOException {
    putMemory(box);
    assertThat(
            Shell.output(
                box,
                """
                TMPDIR=$(mktemp -d)
                export TMPDIR
                "$FDBOXFS" run "$BOX" -- true
                "$FDBOXFS" run "$BOX" none -- true
                ls -A "$TMPDIR"
                rmdir "$TMPDIR"
                ls -d /tmp/.java_pid$$ 2>/dev/null || :
                """))
        .startsWith("fdboxfs run: ")
        .hasLineCount(1);
  }
}
