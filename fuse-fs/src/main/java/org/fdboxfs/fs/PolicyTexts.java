package org.fdboxfs.fs;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.UnfinishedText;

/** Policies that are written to a mount. */
final class PolicyTexts {
  private PolicyTexts() {}

  /**
   * Validates a text as a whole.
   *
   * @throws FsException {@code EINVAL} with line and reason
   */
  static PolicySettings read(byte[] text) throws FsException {
    try {
      return PolicyParser.parse(FileText.of(text));
    } catch (PolicyFormatException e) {
      throw refusal(e);
    }
  }

  /**
   * Looks at the beginning of a text.
   *
   * @throws FsException {@code EINVAL} as {@link #read}, when no further line could mend it
   */
  static void readBeginning(byte[] beginning) throws FsException {
    String text = "";
    try {
      text = FileText.ofBeginning(beginning);
      PolicyParser.parse(text);
    } catch (PolicyFormatException e) {
      if (!UnfinishedText.explains(text, e)) {
        throw refusal(e);
      }
    }
  }

  private static FsException refusal(PolicyFormatException e) {
    return new FsException(Errno.EINVAL, String.valueOf(e.getMessage()));
  }
}
