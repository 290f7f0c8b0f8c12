package org.fdboxfs.app;

import org.fdboxfs.fs.ControlDirectory;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.config.PolicyFormatException;
import org.fdboxfs.policy.config.PolicyParser;
import org.fdboxfs.policy.config.UnfinishedText;

/** Policies that are written to a mount. */
final class PolicyTexts implements ControlDirectory.PolicyReader {
  @Override
  public PolicySettings read(String text) throws FsException {
    try {
      return PolicyParser.parse(text);
    } catch (PolicyFormatException e) {
      throw refusal(e);
    }
  }

  @Override
  public void readBeginning(String text) throws FsException {
    try {
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
