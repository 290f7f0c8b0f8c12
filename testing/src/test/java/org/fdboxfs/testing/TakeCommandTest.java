package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fdboxfs take}. */
@Mounted
class TakeCommandTest {
  @TempDir private Path place;

  private static void putMemory(TestBox box, String name, String content) {
    OtherProcess process = box.process();
    process.put(process.memfd(content), box.path(name));
    process.close();
  }

  @Test
  void itIsStandardInputUnlessSaidOtherwise(TestBox box) throws IOException {
    putMemory(box, "ram", "content");
    assertThat(Shell.output(box, "\"$FDBOXFS\" take \"$BOX/ram\" -- cat /dev/stdin"))
        .isEqualTo("content");
    assertThat(Shell.output(box, "\"$FDBOXFS\" take \"$BOX/ram\" -- readlink /proc/self/fd/0"))
        .startsWith("/memfd:");
    assertThat(
            Shell.output(
                box,
                "\"$FDBOXFS\" take --fd 5 \"$BOX/ram\" -- sh -c 'ls /proc/$$/fd; cat /dev/fd/5'"))
        .isEqualTo("0\n1\n2\n5\ncontent");
  }

  @Test
  void takesCanBeChained(TestBox box) throws IOException {
    putMemory(box, "a", "first ");
    putMemory(box, "b", "second");
    assertThat(
            Shell.output(
                box,
                """
                "$FDBOXFS" take --fd 3 "$BOX/a" -- "$FDBOXFS" take --fd 4 "$BOX/b" -- \\
                  sh -c 'cat /dev/fd/3 /dev/fd/4'
                """))
        .isEqualTo("first second");
  }

  @Test
  void aMoveTakesTheEntryOut(TestBox box) throws IOException {
    putMemory(box, "ram", "content");
    assertThat(
            Shell.output(
                box, "\"$FDBOXFS\" take --move \"$BOX/ram\" -- sh -c 'cat /dev/fd/0; ls \"$BOX\"'"))
        .isEqualTo("content");
  }

  @Test
  void aMoveForACommandThatCannotBeRunChangesNothing(TestBox box) throws IOException {
    putMemory(box, "ram", "content");
    Path script = Files.writeString(place.resolve("script"), "#!/nothing/like/it\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));

    Command.Result missing =
        Shell.run(box, "\"$FDBOXFS\" take --move \"$BOX/ram\" -- no-such-command");
    assertThat(missing.status()).isEqualTo(127);
    Command.Result late =
        Shell.run(box, "\"$FDBOXFS\" take --fd 3 --move \"$BOX/ram\" -- " + script);
    assertThat(late.status()).isEqualTo(126);
    assertThat(late.line()).isEqualTo("fdboxfs take: " + script + ": no such file or directory");

    assertThat(box.process().content(box.path("ram"))).isEqualTo("content");
  }

  @Test
  void accessIsWhatIsAskedFor(TestBox box) throws IOException {
    putMemory(box, "ram", "content");
    String flags = " -- grep flags /proc/self/fdinfo/0 | tr -d '[:alpha:][:space:]:'";
    assertThat(Shell.output(box, "\"$FDBOXFS\" take --access read \"$BOX/ram\"" + flags))
        .endsWith("0");
    assertThat(Shell.output(box, "\"$FDBOXFS\" take --access=read-write \"$BOX/ram\"" + flags))
        .endsWith("2");
    assertThat(Shell.output(box, "\"$FDBOXFS\" take \"$BOX/ram\"" + flags)).endsWith("2");
  }

  @Test
  void aSingleOpenStaysTakenUntilTheCommandEnds(TestBox box) throws IOException {
    box.policy("version: 1\nrules:\n  - { id: one, match: { entry: one }, opens: 1 }\n");
    putMemory(box, "one", "content");
    OtherProcess process = box.process();
    String command =
        "\"$FDBOXFS\" take \"$BOX/one\" -- "
            + "sh -c 'echo; \"$FDBOXFS\" take \"$BOX/one\" -- cat /dev/fd/0; echo $?'";

    assertThat(Shell.output(box, command).lines().toList())
        .hasSize(3)
        .element(1)
        .asString()
        .startsWith("fdboxfs take: " + box.path("one") + ": ")
        .endsWith("(EBUSY)");
    assertThat(Shell.output(box, command)).endsWith("\n1");
    assertThat(process.content(box.path("one"))).isEqualTo("content");
  }

  @Test
  void aRefusalIsALineWithItsReasonAndItsErrno(TestBox box) throws IOException {
    Command.Result missing = Shell.run(box, "\"$FDBOXFS\" take \"$BOX/none\" -- cat");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.line())
        .startsWith("fdboxfs take: " + box.path("none") + ": ")
        .endsWith("(ENOENT)");
  }

  @Test
  void aPathFromTheRootIsEnoughForTheOnlyMount(TestBox box) throws IOException {
    putMemory(box, "ram", "content");
    String name = box.name() + "/ram";
    // A view of the mounts in which all others are gone, and before the command what a case wants.
    String script =
        """
        unshare -m --propagation private sh -euc '
          mount=${BOX%%/*}
          for each in $(grep " fuse.fdboxfs " /proc/self/mounts | cut -d " " -f 2); do
            [ "$each" = "$mount" ] || umount -l "$each"
          done
          cd /; %s; exec "$FDBOXFS" take %s -- cat'
        """;

    assertThat(Shell.output(box, script.formatted(":", name))).isEqualTo("content");
    assertThat(Shell.run(box, script.formatted("umount -l \"$mount\"", name)))
        .isEqualTo(
            new Command.Result(
                1, "fdboxfs take: " + name + " is not on an fdboxfs mount, and there is none\n"));
    assertThat(Shell.run(box, script.formatted("mount --bind \"$mount\" /mnt", name)))
        .isEqualTo(
            new Command.Result(
                1,
                "fdboxfs take: "
                    + name
                    + " is not on an fdboxfs mount, and there are 2: which one?\n"));
  }

  @Test
  void aNumberBeyondTheLimitOfOpenFilesIsRefusedBeforeAnythingIsTaken(TestBox box)
      throws IOException {
    putMemory(box, "ram", "content");
    Command.Result result =
        Shell.run(box, "ulimit -Sn 50; \"$FDBOXFS\" take --move --fd 50 \"$BOX/ram\" -- cat");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.line()).contains("limit of open files").endsWith("(EMFILE)");
    assertThat(box.process().content(box.path("ram"))).isEqualTo("content");
  }
}
