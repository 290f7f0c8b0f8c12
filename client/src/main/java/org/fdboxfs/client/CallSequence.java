package org.fdboxfs.client;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of the C library that are prepared first and made afterwards, one after the other, without
 * anything in between that could need a file.
 */
final class CallSequence {
  private static final int POINTER = 8;

  private final List<LibC> functions = new ArrayList<>();
  private final List<long[]> arguments = new ArrayList<>();
  private final List<ByteBuffer> memory = new ArrayList<>();

  void add(LibC function, long... with) {
    functions.add(function);
    arguments.add(with);
  }

  /** Keeps memory that a call refers to. */
  ByteBuffer keep(ByteBuffer block) {
    memory.add(block);
    return block;
  }

  /** Makes the calls until one answers -1; its errno is that of the thread then. */
  void run() {
    try {
      for (int i = 0; i < functions.size(); i++) {
        if (functions.get(i).call(arguments.get(i)) == -1) {
          return;
        }
      }
    } finally {
      Reference.reachabilityFence(this);
    }
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
