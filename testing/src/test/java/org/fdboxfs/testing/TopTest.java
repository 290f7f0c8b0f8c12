package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fdboxfs top}, in a terminal. */
@Mounted
class TopTest {
  private static final Pattern PID = Pattern.compile("pid=(\\d+)");

  private static Tmux top(Path mount) throws IOException {
    Tmux tmux = Tmux.run(110, 30, Command.launcher() + " top " + mount);
    tmux.awaitText("fdboxfs top " + mount);
    tmux.awaitText("q quit");
    return tmux;
  }

  private static Tmux top(TestBox box) throws IOException {
    Tmux tmux = top(box.mount().path());
    tmux.awaitText(box.name());
    return tmux;
  }

  @Test
  void claimsAndRefusalsAreShownAsTheyCome(TestBox box) throws IOException {
    OtherProcess process = box.process();
    try (Tmux tmux = top(box)) {
      process.put(process.memfd("x"), box.path("ram"));
      tmux.awaitText(box.name() + "/ram");
      long handle = process.open(box.path("ram"), "O_RDWR");
      tmux.awaitText("driver (" + process.pid() + ") root");
      process.tryPut(process.run("epoll"), box.path("refused"));
      tmux.awaitText("EOPNOTSUPP root");
      tmux.awaitText("descriptors of kind epoll");
      process.close(handle);
      tmux.await("nobody holds it", screen -> !screen.contains("driver ("));
    }
  }

  @Test
  void keysChangeWhatIsShown(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.put(process.memfd("x"), box.path("disk"));
    process.open(box.path("ram"), "O_RDWR");
    try (Tmux tmux = top(box)) {
      tmux.press("/", "disk");
      tmux.await("only the disk", screen -> screen.contains("/disk") && !screen.contains("/ram"));
      tmux.press("Escape");
      tmux.awaitText("/ram");
      tmux.press("s");
      tmux.awaitText("by claims");
      tmux.awaitText(">" + box.name() + "/disk");
      tmux.press("Up");
      tmux.awaitText(">" + box.name() + "/ram");
      tmux.press("Enter");
      tmux.awaitText("driver (" + process.pid() + ") of root, read-write, since ");
      tmux.press("?");
      tmux.awaitText("who holds claims on them");
      tmux.press("Escape");
      tmux.awaitText("REFUSED");
      tmux.press("p");
      tmux.awaitText("HELD STILL");
    }
  }

  @Test
  void aNameMovesNoCursorAndSetsNoTitle(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("\033]2;mine\007\n"));
    process.tryPut(process.run("epoll"), box.path("\033[5m\033]2;mine\007"));
    try (Tmux tmux = top(box)) {
      tmux.awaitText("/\\033]2;mine\\007\\012");
      tmux.awaitText("/\\033[5m\\033]2;");
      tmux.press("End", "Enter");
      tmux.awaitText("kind   memfd");
      assertThat(tmux.variable("pane_title")).isNotEqualTo("mine");
    }
    Command.Result once = Command.fdboxfs("top", "--once", box.mount().path().toString());
    assertThat(once.output()).doesNotContain("\033").contains("\\033]2;mine");
  }

  @Test
  void thePictureFollowsTheSizeOfTheTerminal(TestBox box) throws IOException {
    try (Tmux tmux = top(box)) {
      tmux.awaitText("MODE");
      tmux.resize(60, 14);
      tmux.await("no room for modes", s -> !s.contains("MODE") && s.contains(box.name()));
      assertThat(tmux.screen().lines()).hasSizeLessThanOrEqualTo(14);
      tmux.resize(120, 40);
      tmux.await("all again", s -> s.contains("MODE") && s.contains("? help"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q", "C-c", "TERM", "HUP", "INT"})
  void theTerminalIsGivenBackAsItWas(String end, TestBox box) throws IOException {
    String before = Files.createTempFile("fdboxfs-top", "").toString();
    String command =
        "stty -g >"
            + before
            + "; "
            + Command.launcher()
            + " top "
            + box.mount().path()
            + " & echo pid=$!; fg >/dev/null; [ \"$(stty -g)\" = \"$(cat "
            + before
            + ")\" ]"
            + " && echo 'as before'";
    try (Tmux tmux = Tmux.run(110, 30, "bash -c 'set -m; " + command.replace("'", "'\\''") + "'")) {
      tmux.awaitText("q quit");
      assertThat(tmux.variable("alternate_on")).isEqualTo("1");
      if (end.equals("q") || end.equals("C-c")) {
        tmux.press(end);
      } else {
        endTop(box, end);
      }
      tmux.awaitText("(over)");
      assertThat(tmux.screen()).contains("as before");
      assertThat(tmux.variable("alternate_on")).isEqualTo("0");
      assertThat(tmux.variable("cursor_flag")).isEqualTo("1");
      Matcher pid = PID.matcher(tmux.screen());
      assertThat(pid.find()).isTrue();
      assertThat(ProcessState.isGone(Long.parseLong(pid.group(1)))).isTrue();
    } finally {
      Files.delete(Path.of(before));
    }
  }

  /** Only the one of this mount, found by what it has open. */
  private static void endTop(TestBox box, String signal) throws IOException {
    Command.Result users =
        Command.run("pgrep", "-f", "org.fdboxfs.app.Fdboxfs top " + box.mount().path() + "$");
    Command.run("kill", "-" + signal, users.line());
  }

  @Test
  void aMountThatGoesAndComesBackIsFollowed() throws IOException {
    Path place = Files.createTempDirectory("fdboxfs-top");
    try {
      Mount.mountAt(place, "threads=2", "");
      Files.createDirectory(place.resolve("before"));
      try (Tmux tmux = top(place)) {
        tmux.awaitText("before/");
        Command.run("kill", "-KILL", "" + Mount.statusAt(place).get("pid").getAsLong());
        tmux.awaitText("the mount is gone or does not answer");
        Mount.mountAt(place, "threads=2", "");
        Files.createDirectory(place.resolve("after"));
        tmux.await("the new one", s -> s.contains("after/") && !s.contains("is gone"));
      }
    } finally {
      Mount.unmountOnceUnused(place);
    }
  }

  @Test
  void withoutATerminalItSaysSo(TestBox box) throws IOException {
    Command.Result piped = Command.fdboxfs("top", box.mount().path().toString());
    assertThat(piped.status()).isEqualTo(1);
    assertThat(piped.line()).startsWith("fdboxfs top: ").contains("terminal").contains("--once");
    String top = Command.launcher() + " top " + box.mount().path();
    try (Tmux tmux = Tmux.run(110, 30, "TERM=dumb " + top + "; echo status $?")) {
      tmux.awaitText("status 1");
      assertThat(tmux.screen()).contains("fdboxfs top: the terminal is dumb");
    }
  }

  @Test
  void onePictureIsForScripts(TestBox box) throws IOException {
    OtherProcess process = box.process();
    process.put(process.memfd("x"), box.path("ram"));
    process.open(box.path("ram"), "O_RDWR");
    process.tryPut(process.run("epoll"), box.path("refused"));
    Command.Result once =
        Command.run(
            Map.of("TERM", "dumb"),
            Command.launcher().toString(),
            "top",
            "--once",
            box.mount().path().toString());
    assertThat(once.status()).isZero();
    assertThat(once.output())
        .containsPattern(box.name() + "/ram +memfd +root +1 +1 +driver")
        .contains("/" + box.name() + "/refused");
  }

  @Test
  void nobodySeesMoreThanTheMountTellsHim(TestBox box) throws IOException {
    String hidden = box.boxBeside("-hidden");
    OtherProcess owner = box.process(1000, 1000);
    owner.run("mkdir", hidden, "0711");
    owner.put(owner.memfd("x"), hidden + "/secretname");
    assertThat(onceAs("1001", box)).contains(box.name()).doesNotContain("secretname");
    assertThat(onceAs("1000", box)).contains("secretname");
  }

  private static String onceAs(String uid, TestBox box) throws IOException {
    return Command.run(
            "setpriv",
            "--reuid=" + uid,
            "--regid=" + uid,
            "--clear-groups",
            Command.launcher().toString(),
            "top",
            "--once",
            box.mount().path().toString())
        .output();
  }
}
