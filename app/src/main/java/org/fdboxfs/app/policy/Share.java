package org.fdboxfs.app.policy;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files are that came with the program. */
final class Share {
  private Share() {}

  /** The directory of that name; may be missing. */
  static Path directory(String name) {
    return root().resolve(name);
  }

  /** Beside the jars where installed; in a build that is not packed, where the sources are. */
  private static Path root() {
    try {
      Path code = Path.of(Share.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isDirectory(code)
          ? code.resolve("../../src/main/share").normalize()
          : code.resolveSibling("../share").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
