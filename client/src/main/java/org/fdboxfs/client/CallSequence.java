package org.fdboxfs.client;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of the C library that are prepared first and made afterwards, one after the other, without
 * anything in between that could need a file. The first that answers -1 is the last.
 */
final class CallSequence implements Runnable {
  private static final int POINTER = 8;

  private final List<LibC> functions = new ArrayList<>();
  private final List<long[]> arguments = new ArrayList<>();
  private final List<ByteBuffer> memory = new ArrayList<>();
  private int made;
  private int errno;

  void add(LibC function, long... with) {
    functions.add(function);
    arguments.add(with);
  }

  /** Keeps memory that a call refers to. */
  ByteBuffer keep(ByteBuffer block) {
    memory.add(block);
    return block;
  }

  /** Has every class loaded that a run needs, by a call that must fail. */
  static void rehearse() {
    CallSequence sequence = new CallSequence();
    sequence.add(LibC.CLOSE, -1);
    sequence.run();
    if (sequence.errno != Errnos.EBADF) {
      throw new IllegalStateException("close(-1): " + sequence.errno);
    }
  }

  @Override
  public void run() {
    try {
      for (made = 0; made < functions.size(); made++) {
        if (functions.get(made).call(arguments.get(made)) == -1) {
          errno = LibC.errno();
          return;
        }
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Why the run ended early. */
  FdBoxException failure() {
    LibC function = functions.get(made);
    String message = LibC.message(errno);
    return new FdBoxException(
        errno,
        function == LibC.EXECVPE ? message : "cannot prepare it, " + function + ": " + message);
  }

  /** An array of strings as C has it: pointers, the last of them null, and what they point to. */
  static ByteBuffer strings(List<byte[]> strings) {
    int table = POINTER * (strings.size() + 1);
    int size = table;
    for (byte[] string : strings) {
      size = Math.addExact(size, string.length + 1);
    }
    ByteBuffer block = LibC.memory(size);
    long address = LibC.addressOf(block);
    int at = table;
    for (int i = 0; i < strings.size(); i++) {
      block.putLong(POINTER * i, address + at);
      block.put(at, strings.get(i));
      at += strings.get(i).length + 1;
    }
    return block;
  }
}
