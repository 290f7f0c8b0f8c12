package org.fdboxfs.app.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.app.top.Statuses.ACCOUNTS;
import static org.fdboxfs.app.top.Statuses.denial;
import static org.fdboxfs.app.top.Statuses.snapshot;
import static org.fdboxfs.app.top.Statuses.withEntries;

import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {
  private static List<AttributedString> picture(View view, int width, int height) {
    return Picture.of(view, width, height, ZoneOffset.UTC);
  }

  private static String text(View view) {
    return picture(view, 100, 24).stream()
        .map(AttributedString::toString)
        .collect(Collectors.joining("\n"));
  }

  private static View view(Snapshot snapshot) {
    return new View(ACCOUNTS, snapshot);
  }

  @Test
  void whoHoldsWhatIsShownWithWhatWasRefused() {
    String text = text(view(snapshot(withEntries("ram", "b"), denial(1, "/vm1/ram"))));
    assertThat(text)
        .contains("fdboxfs top /m")
        .contains("1 box, 2 entries, 1 claim   per second: 1.5 opens, 0.0 puts, 0.2 denials")
        .containsPattern("vm1/ram +memfd +0 alice +0600 +1 +0 qemu \\(12\\) alice")
        .containsPattern("vm1/net/ +group +opens reserve \\(mark\\)")
        .containsPattern("10:00:01 open +/vm1/ram +EBUSY +alice +one-vmm: held by pid 12");
  }

  @ParameterizedTest
  @CsvSource({"100, 24", "80, 24", "40, 10", "20, 5", "1, 1", "300, 100"})
  void thePictureHasTheSizeOfTheScreen(int width, int height) {
    String name = "a-very-long-name-of-an-entry-".repeat(8);
    View view = view(snapshot(withEntries("\u8a18\u61b6\u8a18\u61b6", name), denial(1, name)));
    for (Key key : List.of(Key.TAB, Key.ENTER, Key.ESCAPE)) {
      List<AttributedString> lines = picture(view, width, height);
      assertThat(lines).hasSize(height).allMatch(line -> line.columnLength() <= width);
      view.press(key, "");
    }
    view.press(Key.TEXT, "?");
    assertThat(picture(view, width, height)).hasSize(height);
  }

  @Test
  void aSmallScreenShowsHowToLeaveAndWhatWasRefused() {
    View view = view(snapshot(withEntries("ram"), denial(1, "/vm1/ram")));
    List<String> lines = strings(picture(view, 40, 10));
    assertThat(lines.get(9)).startsWith("q quit  ? help  / filter");
    assertThat(lines.get(7)).matches(" REFUSED +PATH +ERRNO *");
    assertThat(lines.get(8)).matches(" 10:00:01 /vm1/ram +EBUSY *");
    view.press(Key.TEXT, "?");
    assertThat(strings(picture(view, 40, 30))).as("no line of the help is broken").hasSize(30);
    assertThat(text(view).lines().skip(3).limit(20)).allMatch(line -> line.length() <= 40);
  }

  @Test
  void aLongLineOfDetailsIsBrokenAtBlanks() {
    View view = view(snapshot(withEntries("ram"), denial(1, "/vm1/ram")));
    view.press(Key.TEXT, "jj");
    view.press(Key.DOWN, "");
    view.press(Key.DOWN, "");
    view.press(Key.ENTER, "");
    assertThat(strings(picture(view, 48, 24)))
        .containsSequence(
            "refused lately:",
            "  10:00:01 open by alice (pid 99): EBUSY [rule",
            "    one-vmm] held by pid 12");
  }

  private static List<String> strings(List<AttributedString> lines) {
    return lines.stream().map(AttributedString::toString).toList();
  }

  @Test
  void aNameMovesNoCursor() {
    String name = "\\u001b[2J\\u001b]0;title\\u0007\\u009b1m\\n\\u202e";
    View view = view(snapshot(withEntries(name), denial(1, "/vm1/\033[2J\n")));
    for (Key key : List.of(Key.DOWN, Key.ENTER, Key.ENTER, Key.TAB, Key.ENTER)) {
      view.press(key, "");
      assertThat(text(view).replace("\n", "")).matches("\\P{C}*").contains("\\033[2J");
    }
  }

  @Test
  void troubleIsShownInsteadOfTheOrder() {
    Snapshot before = snapshot(withEntries("ram"));
    Snapshot after =
        new Snapshot(before.status(), List.of(), 0, 0, 0, 0, "the mount is gone (...)");
    assertThat(text(view(after))).contains("the mount is gone").contains("vm1/ram");
  }

  @Test
  void detailsTellWhoHoldsAnEntryAndWhoWasRefused() {
    View view =
        view(snapshot(withEntries("ram"), denial(1, "/vm1/ram"), denial(2, "/vm1/elsewhere")));
    view.press(Key.DOWN, "");
    view.press(Key.ENTER, "");
    assertThat(text(view)).contains("/vm1/net/").contains("opens reserve");
    view.press(Key.ENTER, "");
    view.press(Key.DOWN, "");
    view.press(Key.ENTER, "");
    assertThat(text(view))
        .contains("owner  alice:users")
        .contains("qemu (12) of alice, read-write, since 10:00:00")
        .contains("10:00:01 open by alice (pid 99): EBUSY [rule one-vmm] held by pid 12")
        .doesNotContain("elsewhere");
  }

  @Test
  void detailsOfARefusalTellWhoHoldsTheEntryNow() {
    View view = view(snapshot(withEntries("ram"), denial(1, "/vm1/ram")));
    view.press(Key.TAB, "");
    view.press(Key.ENTER, "");
    assertThat(text(view))
        .contains("open /vm1/ram was refused")
        .contains("EBUSY (in use)")
        .contains("qemu (12) of alice");
  }

  @Test
  void theSelectedLineIsSeenWhereverItIs() {
    String[] names = new String[200];
    for (int index = 0; index < names.length; index++) {
      names[index] = "e%03d".formatted(index);
    }
    View view = view(snapshot(withEntries(names)));
    view.press(Key.LAST, "");
    view.press(Key.UP, "");
    assertThat(text(view)).contains(">vm1/e199");
  }

  @Test
  void anEmptyMountAndAnUnknownOneAreShown() {
    assertThat(text(view(snapshot(withEntries())))).contains("nothing was refused");
    assertThat(text(view(new Snapshot(null, List.of(), 0, 0, 0, 0, "gone"))))
        .contains("no box yet");
  }
}
