package org.fdboxfs.chardev;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;

/** The structs that come with the ioctls, as the caller's compiler lays them out. */
final class Struct {
  /** struct fdbox_create_box and struct fdbox_delete_box: u64 flags, u8 name[256]. */
  static final int BOX_BYTES = 264;

  /** struct fdbox_put_fd, and struct fdbox_get_fd with its padding. */
  static final int FD_BYTES = 272;

  /** FDBOX_NAME_LEN, the NUL included. */
  static final int NAME_BYTES = 256;

  private static final int FD = 8;
  private static final int PAD_OF_GET = 8;

  private final Command command;
  private final ByteBuffer bytes;

  /**
   * Looks at a struct.
   *
   * @param bytes as many as the command takes
   */
  Struct(Command command, byte[] bytes) {
    if (bytes.length != command.bytes()) {
      throw new IllegalArgumentException(command + " with " + bytes.length + " bytes");
    }
    this.command = command;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Refuses flags; PUT_FD has some, which are not looked at.
   *
   * @throws FsException {@code EINVAL}
   */
  void requireNoFlags() throws FsException {
    if (bytes.getLong(0) != 0) {
      throw new FsException(Errno.EINVAL, "there are no flags");
    }
  }

  /** The descriptor to put; negative when no descriptor can have the number. */
  int fd() {
    return bytes.getInt(FD);
  }

  /** The number of the socket by which GET_FD delivers; 0 when the caller knows of none. */
  int socket() {
    return bytes.getInt(PAD_OF_GET);
  }

  private int nameAt() {
    return switch (command) {
      case PUT_FD -> 16;
      case GET_FD -> 12;
      default -> 8;
    };
  }

  /** The bytes of the name before its NUL; all of them where there is none. */
  private ByteBuffer nameBytes() {
    int at = nameAt();
    int length = 0;
    while (length < NAME_BYTES && bytes.get(at + length) != 0) {
      length++;
    }
    return bytes.slice(at, length);
  }

  /** Whether the name ends within its room. */
  boolean isTerminated() {
    return nameBytes().remaining() < NAME_BYTES;
  }

  /**
   * The name, as far as a file can have it; the empty text, which no file has either, when its
   * bytes are not UTF-8 or do not end.
   */
  String name() {
    if (!isTerminated()) {
      return "";
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(nameBytes()).toString();
    } catch (CharacterCodingException e) {
      return "";
    }
  }
}
