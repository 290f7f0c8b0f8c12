package org.fdboxfs.client;

/** For what an entry is opened or taken. */
public enum Access {
  /** For reading only; what was put writable comes so that it cannot be written. */
  READ("read", 0),
  /** For writing only. */
  WRITE("write", 1),
  /** For both. */
  READ_WRITE("read-write", 2);

  private final String word;
  private final int openFlag;

  Access(String word, int openFlag) {
    this.word = word;
    this.openFlag = openFlag;
  }

  /** The word for it in a message and on a command line. */
  public String word() {
    return word;
  }

  /** O_RDONLY, O_WRONLY or O_RDWR. */
  int openFlag() {
    return openFlag;
  }
}
