package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code fdboxfs run}: what the command finds, and what it is to those around it. */
@Mounted
class RunCommandTest {
  private static final String SHOW =
      "sh -c 'echo $LISTEN_FDS $LISTEN_FDNAMES; [ $LISTEN_PID = $$ ] && echo mine; cat /dev/fd/3'";

  private static void putMemory(TestBox box, String... names) {
    OtherProcess process = box.process();
    for (String name : names) {
      process.put(process.memfd("this is " + name), box.path(name));
    }
    process.close();
  }

  @Test
  void allEntriesAreHandedOver(TestBox box) throws IOException {
    putMemory(box, "a", "b", "c");
    box.process().run("mkdir", box.path("directory"), "0755");
    String listing = Shell.output(box, "ls -U \"$BOX\" | grep -v directory");
    String first = listing.lines().findFirst().orElseThrow();

    assertThat(Shell.output(box, "\"$FDBOXFS\" run \"$BOX\" -- " + SHOW))
        .isEqualTo("3 " + listing.replace('\n', ':') + "\nmine\nthis is " + first);
  }

  @Test
  void namedEntriesComeInTheirOrder(TestBox box) throws IOException {
    box.process().run("mkdir", box.path("net"), "0755");
    putMemory(box, "a", "b", "net/wire");
    assertThat(Shell.output(box, "\"$FDBOXFS\" run \"$BOX\" net/wire b -- " + SHOW))
        .isEqualTo("2 net/wire:b\nmine\nthis is net/wire");
    assertThat(Shell.output(box, "\"$FDBOXFS\" run \"$BOX/net\" -- " + SHOW))
        .isEqualTo("1 wire\nmine\nthis is net/wire");
  }

  @Test
  void namesThatSystemdWouldNotHaveAreWrittenAsPercent(TestBox box) throws IOException {
    String[] names = {"a:b", "50%", "ä", "tab\there", "plain name"};
    putMemory(box, names);
    assertThat(
            Shell.output(
                box,
                "\"$FDBOXFS\" run \"$BOX\" a:b 50% ä \"$(printf 'tab\\there')\" 'plain name' -- "
                    + "printenv LISTEN_FDNAMES"))
        .isEqualTo("a%3Ab:50%25:%C3%A4:tab%09here:plain name");
  }

  @Test
  void aGroupIsHandedOverAsAWholeAndHeldUntilTheCommandEnds(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.run("mkdir", box.path("net"), "0755");
    putMemory(box, "net/queue", "net/wire");
    process.setXattr(box.path("net"), "user.fdbox.link", "reserve");

    Command.Result result =
        Shell.run(
            box,
            """
            "$FDBOXFS" run "$BOX/net" -- sh -c 'echo $LISTEN_FDNAMES; ls /proc/$$/fd
              "$FDBOXFS" run "$BOX/net" -- true; echo $?; cat "$BOX/net/wire"'
            """);
    assertThat(result.output().lines().toList())
        .startsWith("queue:wire", "0", "1", "2", "3", "4")
        .endsWith("1", "cat: " + box.path("net/wire") + ": Device or resource busy")
        .element(6)
        .asString()
        .matches("fdboxfs run: .*reserved by pid \\d+ .*\\(EBUSY\\)");
    assertThat(process.content(box.path("net/wire"))).isEqualTo("this is net/wire");
  }

  @Test
  void theStatusIsThatOfTheCommand(TestBox box) throws IOException {
    putMemory(box, "a");
    assertThat(Shell.run(box, "\"$FDBOXFS\" run \"$BOX\" -- sh -c 'exit 7'").status()).isEqualTo(7);
  }

  @Test
  void signalsReachTheCommand(TestBox box) throws Exception {
    putMemory(box, "a");
    ProcessBuilder builder =
        new ProcessBuilder(
            Command.launcher().toString(),
            "run",
            box.path(),
            "--",
            "sh",
            "-c",
            "echo $$; exec sleep 60");
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(output.readLine()).isEqualTo(Long.toString(process.pid()));
      assertThat(Command.run("kill", "-TERM", Long.toString(process.pid())).status()).isZero();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatCannotBeRunHasTheStatusOfEnv(TestBox box) throws IOException {
    putMemory(box, "a");
    Command.Result missing = Shell.run(box, "\"$FDBOXFS\" run \"$BOX\" -- no-such-command");
    assertThat(missing.status()).isEqualTo(127);
    assertThat(missing.line()).isEqualTo("fdboxfs run: no-such-command: no such file or directory");
    Command.Result forbidden = Shell.run(box, "\"$FDBOXFS\" run \"$BOX\" -- /etc/passwd");
    assertThat(forbidden.status()).isEqualTo(126);
    assertThat(forbidden.line()).isEqualTo("fdboxfs run: /etc/passwd: permission denied");
  }

  @Test
  void whatCannotBeTakenIsStatusOneAndTheCommandIsNotRun(TestBox box) throws IOException {
    Command.Result empty = Shell.run(box, "\"$FDBOXFS\" run \"$BOX\" -- echo run");
    assertThat(empty.status()).isEqualTo(1);
    assertThat(empty.line()).isEqualTo("fdboxfs run: " + box.path() + " has no entries");

    putMemory(box, "a");
    Command.Result one = Shell.run(box, "\"$FDBOXFS\" run \"$BOX\" a none -- echo run");
    assertThat(one.status()).isEqualTo(1);
    assertThat(one.line()).startsWith("fdboxfs run: " + box.path()).endsWith("(ENOENT)");

    Command.Result nowhere = Shell.run(box, "\"$FDBOXFS\" run \"$BOX-none\" -- echo run");
    assertThat(nowhere.status()).isEqualTo(1);
    assertThat(nowhere.line()).endsWith("(ENOENT)");
  }
}
