package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fdboxfs report}. */
@Mounted
class ReportCommandTest {
  @TempDir private Path directory;

  private static void fill(TestBox box) throws IOException {
    OtherProcess process = box.process(1000, 1000);
    process.put(process.memfd("x"), box.path("<b>|\033[31m"));
    process.open(box.path("<b>|\033[31m"), "O_RDWR");
    process.tryPut(process.run("epoll"), box.path("refused"));
    box.policy("version: 1\n# </script><i>\n");
  }

  @Test
  void theTextHasAllThatIsKnown(TestBox box) throws IOException {
    fill(box);
    Command.Result result = Command.fdboxfs("report", box.mount().path().toString());
    assertThat(result.status()).isZero();
    assertThat(result.output())
        .contains("fdboxfs on " + box.mount().path())
        .containsPattern(box.name() + "/<b>\\|\\\\033\\[31m +memfd +1 +\\S+ +0600 +1 +1 +live")
        .contains("driver")
        .contains("! EOPNOTSUPP  type")
        .contains("# </script><i>")
        .contains("/dev/fuse")
        .doesNotContain("\033");
  }

  @Test
  void thePageIsCompleteAndEscaped(TestBox box) throws IOException {
    fill(box);
    Path page = directory.resolve("page.html");
    String mount = box.mount().path().toString();
    Command.Result result = Command.fdboxfs("report", "--html", "-o", page.toString(), mount);
    assertThat(result.output()).isEmpty();
    assertThat(result.status()).isZero();
    String text = Files.readString(page);
    assertThat(text)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("&lt;b&gt;|\\033[31m")
        .contains("# &lt;/script&gt;&lt;i&gt;")
        .doesNotContain("<b>", "<i>", "\033");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(page);
    }
  }

  @Test
  void markdownIsEscapedToo(TestBox box) throws IOException {
    fill(box);
    Command.Result result = Command.fdboxfs("report", "--markdown", box.mount().path().toString());
    assertThat(result.status()).isZero();
    assertThat(result.output()).contains("# fdboxfs on ").contains("\\<b\\>\\|\\\\033\\[31m");
  }

  @Test
  void theMountAroundTheWorkingDirectoryIsMeant(TestBox box) throws IOException {
    assertThat(Shell.output(box, "cd \"$BOX\" && \"$FDBOXFS\" report"))
        .startsWith("fdboxfs on " + box.mount().path());
  }

  @Test
  void aFileStaysWhenTheMountCannotBeRead(TestBox box) throws IOException {
    Path old = Files.writeString(directory.resolve("old"), "old");
    Command.Result result = Command.fdboxfs("report", "-o", old.toString(), directory.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.line())
        .isEqualTo("fdboxfs report: " + directory + " is not on an fdboxfs mount");
    assertThat(old).hasContent("old");
  }

  @Test
  void nobodyIsToldMoreThanHeMayKnow(TestBox box) throws IOException {
    String hidden = box.boxBeside("-hidden");
    OtherProcess owner = box.process(1000, 1000);
    owner.run("mkdir", hidden, "0711");
    owner.put(owner.memfd("x"), hidden + "/secretname");
    Command.Result result =
        Command.run(
            "setpriv",
            "--reuid=1001",
            "--regid=1001",
            "--clear-groups",
            Command.launcher().toString(),
            "report",
            box.mount().path().toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output()).contains(box.name()).doesNotContain("secretname");
  }
}
