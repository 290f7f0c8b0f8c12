package org.fdboxfs.fs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * The policy file of the control directory. A whole new text is written, at once or line by line;
 * it is looked at with each write, since shells see no error of close(2), and put in force when it
 * is closed, so that half a text never is. One bad write spoils the handle: nothing is put in force
 * from it.
 */
final class PolicySession implements ControlFile.Session {
  /** Puts texts in force. */
  interface Loader {
    /**
     * Checks the beginning of a text, which may end within a character.
     *
     * @throws FsException {@code EINVAL} with line and reason, when no further line could mend it
     */
    void check(byte[] beginning) throws FsException;

    /**
     * Puts a text in force, all or nothing.
     *
     * @throws FsException as {@link #check}
     */
    void load(byte[] text) throws FsException;
  }

  private static final int MAX_BYTES = 1 << 20;

  /** A write that fills whole pages is one of several; the rest is on its way. */
  private static final int BUFFER_UNIT = 4096;

  private final String current;
  private final Loader loader;
  private final boolean writable;
  private @Nullable ByteArrayOutputStream written;
  private boolean spoilt;

  PolicySession(String current, Loader loader, boolean writable) {
    this.current = current;
    this.loader = loader;
    this.writable = writable;
  }

  @Override
  public ControlFile file() {
    return ControlFile.POLICY;
  }

  @Override
  public byte[] read(int size, long offset) {
    return Snapshot.slice(current.getBytes(StandardCharsets.UTF_8), size, offset);
  }

  @Override
  public synchronized void write(byte[] bytes, long offset) throws FsException {
    if (!writable) {
      throw new FsException(Errno.EBADF, "not open for writing");
    }
    if (written == null) {
      written = new ByteArrayOutputStream();
    }
    boolean fits = offset == written.size() && offset + bytes.length <= MAX_BYTES;
    if (spoilt || !fits) {
      spoilt = true;
      throw new FsException(
          Errno.EINVAL, "a policy is written whole and in sequence, at most " + MAX_BYTES);
    }
    written.write(bytes, 0, bytes.length);
    byte[] beginning = written.toByteArray();
    if (bytes.length % BUFFER_UNIT != 0) {
      spoiltUnless(() -> loader.check(beginning));
    }
  }

  @Override
  public synchronized void flush() throws FsException {
    if (written == null) {
      return;
    }
    if (spoilt) {
      throw new FsException(Errno.EINVAL, "the policy that was written is not valid");
    }
    byte[] text = written.toByteArray();
    written = null;
    spoiltUnless(() -> loader.load(text));
  }

  private interface Attempt {
    void run() throws FsException;
  }

  private void spoiltUnless(Attempt attempt) throws FsException {
    boolean fine = false;
    try {
      attempt.run();
      fine = true;
    } finally {
      spoilt |= !fine;
    }
  }
}
