package org.fdboxfs.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.fdboxfs.client.FdBoxException;

/**
 * The end of a command that could not do its work: one line for the user. Carries no stack trace,
 * for nobody is shown one.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param message one sentence without a full stop at its end; several lines only where several
   *     problems are listed
   */
  public Failure(String message) {
    this(message, Fdboxfs.FAILED);
  }

  /**
   * @param status the exit status of the command
   */
  Failure(String message, int status) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The exit status of the command. */
  int status() {
    return status;
  }

  /** What the daemon refused about a path, with its reason. */
  static Failure refused(String path, FdBoxException e) {
    return new Failure(path + ": " + text(e));
  }

  /** What went wrong with a file, in the words of a shell command. */
  static String text(IOException e) {
    if (e instanceof FdBoxException refusal) {
      return refusal.why() + " (" + refusal.errnoName() + ")";
    }
    return e instanceof FileSystemException other && other.getFile() != null
        ? other.getFile() + ": " + reason(e)
        : reason(e);
  }

  /** The same without the name of the file. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException other ? other.getReason() : e.getMessage();
    return reason == null ? "input or output failed" : lowerFirst(reason);
  }

  /** The same of what was wrapped. */
  public static String reason(UncheckedIOException e) {
    return reason(Objects.requireNonNull(e.getCause(), "its constructor wants one"));
  }

  /** Only a plain word: {@code PATH} and {@code I/O} stay as they are. */
  static String lowerFirst(String text) {
    boolean plain =
        text.length() > 1
            && Character.isUpperCase(text.charAt(0))
            && Character.isLowerCase(text.charAt(1));
    return plain ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
