package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code fdboxfs put}. */
@Mounted
class PutCommandTest {
  @Test
  void itPutsWhatTheShellOpensForIt(TestBox box) throws IOException {
    assertThat(
            Shell.output(
                box,
                """
                "$FDBOXFS" put "$BOX/message" --fd 5 5<<'END'
                kept
                END
                cat "$BOX/message"
                stat -c %a "$BOX/message"
                """))
        .isEqualTo("kept\n600");
  }

  @Test
  void itPutsWhatTheShellHasOpenAndStandardInput(TestBox box) throws IOException {
    assertThat(
            Shell.output(
                box,
                """
                exec 7<<'END'
                seven
                END
                "$FDBOXFS" put "$BOX/seven" --fd 7
                "$FDBOXFS" put "$BOX/zero" --fd 0 <<'END'
                zero
                END
                cat "$BOX/seven" "$BOX/zero"
                """))
        .isEqualTo("seven\nzero");
  }

  @Test
  void numbersThatWereNotGivenAreRefusedAlsoThoseOfTheJvm(TestBox box) throws IOException {
    for (int number : new int[] {3, 4, 5, 6, 7, 10, 12, 255}) {
      Command.Result result = Shell.run(box, "\"$FDBOXFS\" put \"$BOX/x\" --fd " + number);
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.line())
          .startsWith("fdboxfs put: no descriptor " + number + " was given to this command");
    }
    assertThat(Shell.output(box, "ls \"$BOX\"")).isEmpty();
  }

  @Test
  void aRefusalIsALineWithItsReasonAndItsErrno(TestBox box) throws IOException {
    Command.Result file = Shell.run(box, "\"$FDBOXFS\" put \"$BOX/x\" --fd 5 5</etc/hostname");
    assertThat(file.status()).isEqualTo(1);
    assertThat(file.line())
        .startsWith("fdboxfs put: " + box.path("x") + ": ")
        .endsWith("descriptors of kind file are not enabled (EOPNOTSUPP)");

    OtherProcess process = box.process();
    process.put(process.memfd(""), box.path("taken"));
    Command.Result taken = Shell.run(box, ": | \"$FDBOXFS\" put \"$BOX/taken\" --fd 0");
    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.line()).endsWith("(EEXIST)");

    Command.Result nowhere = Shell.run(box, ": | \"$FDBOXFS\" put \"$BOX-none/x\" --fd 0");
    assertThat(nowhere.status()).isEqualTo(1);
    assertThat(nowhere.line()).endsWith("(ENOENT)");
  }

  @Test
  void whatIsNotOnAMountIsSaid(TestBox box) throws IOException {
    Command.Result result = Shell.run(box, "\"$FDBOXFS\" put /tmp/x --fd 0 </dev/null");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.line()).isEqualTo("fdboxfs put: /tmp/x is not on an fdboxfs mount");

    Command.Result root = Shell.run(box, "\"$FDBOXFS\" put \"$BOX/..\" --fd 0 </dev/null");
    assertThat(root.status()).isEqualTo(1);
    assertThat(root.line()).endsWith(" is a mount: name something in it");
  }
}
