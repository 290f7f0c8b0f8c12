package org.fdboxfs.chardev;

import java.nio.charset.StandardCharsets;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;

/** Which boxes can have a node. */
final class NodeNames {
  /** The control node, beside the boxes. */
  static final String CONTROL = "fdbox";

  private NodeNames() {}

  /** Whether it is taken by something else than a box, here or at the root of a mount. */
  static boolean isReserved(String name) {
    return name.equals(CONTROL) || name.equals(Names.CONTROL);
  }

  /**
   * Whether a node can have the name of a box exactly. The kernel makes a directory of what is
   * before an exclamation mark, and cuts blanks off the end.
   */
  static boolean isNodeName(String name) {
    try {
      Names.check(name);
    } catch (FsException e) {
      return false;
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return name.indexOf('!') < 0
        && name.chars().noneMatch(each -> each < ' ' || each == 0x7f)
        && !isBlank(bytes[bytes.length - 1]);
  }

  /** As the kernel's isspace(): Latin-1, whose blank 0xA0 may be the last byte of a letter. */
  private static boolean isBlank(byte last) {
    return last == ' ' || last == (byte) 0xA0;
  }

  /** Whether a box has a node, or a file in {@code .fdbox/chardev}. */
  static boolean hasNode(String box) {
    return isNodeName(box) && !isReserved(box);
  }
}
