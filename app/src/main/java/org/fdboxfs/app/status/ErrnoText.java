package org.fdboxfs.app.status;

import java.util.Map;

/** What each refusal means, in a few words for people. */
public final class ErrnoText {
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("EPERM", "not allowed to you"),
          Map.entry("ENOENT", "no such entry"),
          Map.entry("EIO", "a rule failed, so nobody gets in"),
          Map.entry("EACCES", "mode or owner forbid it"),
          Map.entry("EBUSY", "in use"),
          Map.entry("EEXIST", "the name is taken"),
          Map.entry("ENODEV", "no shared mapping without passthrough"),
          Map.entry("ENOTDIR", "not a directory"),
          Map.entry("EISDIR", "a directory"),
          Map.entry("EINVAL", "that makes no sense here"),
          Map.entry("ENFILE", "the daemon has no descriptor left"),
          Map.entry("EROFS", "the box is sealed"),
          Map.entry("ELOOP", "a handle of a mount cannot go into a mount"),
          Map.entry("ENOLINK", "another member of the group has to be open first"),
          Map.entry("EILSEQ", "the name is not UTF-8"),
          Map.entry("EOPNOTSUPP", "this kind is not enabled"),
          Map.entry("ENOTCONN", "the daemon is gone"),
          Map.entry("EDQUOT", "over the quota"));

  private ErrnoText() {}

  /** The symbol with its meaning, where there is one to add. */
  public static String of(String errno) {
    String meaning = MEANINGS.get(errno);
    return meaning == null ? errno : errno + " (" + meaning + ")";
  }
}
