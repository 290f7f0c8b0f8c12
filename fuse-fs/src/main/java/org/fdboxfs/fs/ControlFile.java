package org.fdboxfs.fs;

import java.util.List;
import java.util.Locale;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/** The files of the control directory. */
public enum ControlFile {
  STATUS(0444),
  POLICY(0644),
  EVENTS(0444),
  DENIALS(0444),
  METRICS(0444),
  EXPLAIN(0666);

  /** In the order in which they are listed. */
  static final List<ControlFile> ALL = List.of(values());

  private final int mode;

  ControlFile(int mode) {
    this.mode = mode;
  }

  public int mode() {
    return mode;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The file of that name, or null. */
  static @Nullable ControlFile named(String name) {
    for (ControlFile file : values()) {
      if (file.label().equals(name)) {
        return file;
      }
    }
    return null;
  }

  /** One opened control file. */
  public interface Session {
    ControlFile file();

    /**
     * Reads at an offset.
     *
     * @return at most {@code size} bytes, none at the end
     */
    byte[] read(int size, long offset) throws FsException;

    /**
     * Takes what was written.
     *
     * @throws FsException {@code EBADF} the file is not written
     */
    default void write(byte[] bytes, long offset) throws FsException {
      throw new FsException(Errno.EBADF, "not open for writing");
    }

    /** A close of a duplicate. */
    default void flush() throws FsException {}

    /** The last close. */
    default void close() {}

    /** How the file is read when it is a stream; null when it has offsets. */
    default @Nullable Stream stream() {
      return null;
    }
  }
}
