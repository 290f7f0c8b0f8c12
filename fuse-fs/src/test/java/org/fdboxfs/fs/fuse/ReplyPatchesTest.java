package org.fdboxfs.fs.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.fdboxfs.fs.FdBoxFs;
import org.fdboxfs.fs.Mount;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of libfuse as they reach the kernel, in whose place is a file here. */
class ReplyPatchesTest {
  private static final long UNIQUE = 4711;

  private final int device = Linux.memfdCreate("device", 0);
  private final FdBoxFs fs = new Mount().fs;
  private final Passthrough passthrough = new Passthrough(inode -> true);
  private final ReplyPatches patches =
      new ReplyPatches(device, new OpenReplies(fs, passthrough), new Nodes(), passthrough, false);
  private final CurrentRequest current = new CurrentRequest();

  ReplyPatchesTest() throws FsException {}

  @AfterEach
  void close() {
    Linux.close(device);
  }

  private void requested(int opcode) {
    Pointer request = Memory.allocateDirect(Runtime.getSystemRuntime(), Protocol.IN_HEADER, true);
    request.putInt(Protocol.IN_OPCODE, opcode);
    request.putLong(Protocol.IN_UNIQUE, UNIQUE);
    current.read(request);
    current.bind();
  }

  /** What libfuse sends: a header that tells success, and a body of zeroes. */
  private int send() {
    Runtime runtime = Runtime.getSystemRuntime();
    Pointer header = Memory.allocateDirect(runtime, Protocol.OUT_HEADER, true);
    Pointer body = Memory.allocateDirect(runtime, Protocol.OPEN_OUT, true);
    header.putInt(Protocol.OUT_LENGTH, Protocol.OUT_HEADER + Protocol.OPEN_OUT);
    header.putLong(Protocol.OUT_UNIQUE, UNIQUE);
    Pointer vectors = Memory.allocateDirect(runtime, 32, true);
    vectors.putPointer(0, header);
    vectors.putLong(8, Protocol.OUT_HEADER);
    vectors.putPointer(16, body);
    vectors.putLong(24, Protocol.OPEN_OUT);
    return patches.send(vectors.address(), 2);
  }

  private ByteBuffer sent() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("/proc/self/fd/" + device));
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private void assertRefused() throws IOException {
    ByteBuffer sent = sent();
    assertThat(sent.remaining()).isEqualTo(Protocol.OUT_HEADER);
    assertThat(sent.getInt(Protocol.OUT_LENGTH)).isEqualTo(Protocol.OUT_HEADER);
    assertThat(sent.getInt(Protocol.OUT_ERROR)).isEqualTo(-Errno.EIO.code());
    assertThat(sent.getLong(Protocol.OUT_UNIQUE)).isEqualTo(UNIQUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {Protocol.OPEN, Protocol.SETATTR, Protocol.UNLINK, Protocol.RENAME})
  void theSuccessOfACallbackThatWasNeverCalledIsNone(int opcode) throws IOException {
    requested(opcode);

    assertThat(send()).as("libfuse takes the open back").isEqualTo(-Errno.ENOENT.code());

    assertRefused();
  }

  @Test
  void whatACallbackDidIsTold() throws IOException {
    requested(Protocol.STATFS);
    current.setAttended();

    assertThat(send()).isZero();

    assertThat(sent().remaining()).isEqualTo(Protocol.OUT_HEADER + Protocol.OPEN_OUT);
    assertThat(sent().getInt(Protocol.OUT_ERROR)).isZero();
  }

  @Test
  void theCallbackOfTheRequestBeforeDoesNotCount() throws IOException {
    requested(Protocol.UNLINK);
    current.setAttended();
    requested(Protocol.UNLINK);

    send();

    assertRefused();
  }

  @Test
  void aReplyThatCannotBePatchedIsAnErrorAndNotSilence() throws IOException {
    requested(Protocol.OPEN);
    current.setAttended();
    current.setOpened(12_345); // no such handle

    assertThat(send()).as("libfuse takes the open back").isEqualTo(-Errno.ENOENT.code());

    assertRefused();
  }
}
