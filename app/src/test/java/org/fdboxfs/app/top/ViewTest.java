package org.fdboxfs.app.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.app.top.Statuses.ACCOUNTS;
import static org.fdboxfs.app.top.Statuses.denial;
import static org.fdboxfs.app.top.Statuses.snapshot;
import static org.fdboxfs.app.top.Statuses.withEntries;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {
  private final View view = new View(ACCOUNTS, snapshot(withEntries("b", "a", "c")));

  private void type(String text) {
    text.chars().forEach(letter -> view.press(Key.TEXT, Character.toString(letter)));
  }

  private List<String> paths() {
    return view.rows().stream().map(Row::path).toList();
  }

  private String selected() {
    Row row = view.selectedRow();
    return row == null ? "" : row.path();
  }

  @Test
  void entriesAreInTheOrderThatIsAskedFor() {
    assertThat(paths()).containsExactly("/vm1/", "/vm1/a", "/vm1/b", "/vm1/c", "/vm1/net/");
    type("s");
    assertThat(paths()).containsExactly("/vm1/b", "/vm1/a", "/vm1/c");
    type("s");
    assertThat(paths()).containsExactly("/vm1/c", "/vm1/a", "/vm1/b");
    type("ss");
    assertThat(paths()).startsWith("/vm1/");
  }

  @Test
  void theSelectionMovesAndStaysInTheList() {
    view.press(Key.UP, "");
    assertThat(selected()).isEqualTo("/vm1/");
    type("jj");
    assertThat(selected()).isEqualTo("/vm1/b");
    view.press(Key.LAST, "");
    view.press(Key.DOWN, "");
    assertThat(selected()).isEqualTo("/vm1/net/");
    view.page(2);
    view.press(Key.PAGE_UP, "");
    assertThat(selected()).isEqualTo("/vm1/b");
    type("g");
    assertThat(selected()).isEqualTo("/vm1/");
  }

  @Test
  void whatIsSelectedStaysSelectedWhenOthersCome() {
    type("jj");
    view.update(snapshot(withEntries("b", "a", "c", "aa", "ab")));
    assertThat(selected()).isEqualTo("/vm1/b");
    view.update(snapshot(withEntries("d")));
    assertThat(selected()).as("it is gone").isEqualTo("/vm1/net/");
  }

  @Test
  void aFilterShowsWhatHasTheTextInIt() {
    type("/QEMU");
    assertThat(paths()).containsExactly("/vm1/b");
    assertThat(view.filter()).isEqualTo("QEMU");
    view.press(Key.BACKSPACE, "");
    view.press(Key.ENTER, "");
    type("q");
    assertThat(view.filter()).isEqualTo("QEM");
    view.press(Key.ESCAPE, "");
    assertThat(paths()).hasSize(5);
  }

  @Test
  void aFilterIsForRefusalsToo() {
    view.update(snapshot(withEntries("b"), denial(2, "/vm1/x"), denial(1, "/vm1/y")));
    type("/vm1/y");
    assertThat(view.denials()).containsExactly(denial(1, "/vm1/y"));
  }

  @Test
  void aRefusalThatIsSelectedStaysSelected() {
    view.update(snapshot(withEntries("b"), denial(2, "/2"), denial(1, "/1")));
    view.press(Key.TAB, "");
    view.update(snapshot(withEntries("b"), denial(3, "/3"), denial(2, "/2"), denial(1, "/1")));
    assertThat(view.selectedDenial()).as("the newest").isEqualTo(denial(3, "/3"));
    type("j");
    view.update(
        snapshot(
            withEntries("b"), denial(4, "/4"), denial(3, "/3"), denial(2, "/2"), denial(1, "/1")));
    assertThat(view.selectedDenial()).isEqualTo(denial(2, "/2"));
  }

  @Test
  void whatIsHeldStillStays() {
    type("p");
    view.update(snapshot(withEntries("z")));
    assertThat(paths()).contains("/vm1/a").doesNotContain("/vm1/z");
    type("p");
    view.update(snapshot(withEntries("z")));
    assertThat(paths()).contains("/vm1/z");
  }

  @Test
  void detailsAndHelpAreLeftAsTheyWereEntered() {
    view.press(Key.ENTER, "");
    assertThat(view.mode()).isEqualTo(View.Mode.DETAILS);
    type("?");
    assertThat(view.mode()).isEqualTo(View.Mode.HELP);
    view.press(Key.ESCAPE, "");
    assertThat(view.mode()).isEqualTo(View.Mode.LIST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "?"})
  void controlAndCLeavesFromEverywhere(String before) {
    type(before);
    assertThat(view.press(Key.INTERRUPT, "")).isFalse();
  }

  @Test
  void qIsALetterInAFilter() {
    assertThat(view.press(Key.TEXT, "/")).isTrue();
    assertThat(view.press(Key.TEXT, "q")).isTrue();
    view.press(Key.ENTER, "");
    assertThat(view.press(Key.TEXT, "q")).isFalse();
  }
}
