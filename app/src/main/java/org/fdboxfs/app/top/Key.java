package org.fdboxfs.app.top;

/** What a user presses. */
enum Key {
  UP,
  DOWN,
  PAGE_UP,
  PAGE_DOWN,
  FIRST,
  LAST,
  TAB,
  ENTER,
  ESCAPE,
  BACKSPACE,
  /** Control and C. */
  INTERRUPT,
  /** Any other, with its text. */
  TEXT
}
