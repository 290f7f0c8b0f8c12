package org.fdboxfs.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One of the places where the character device is served.
 *
 * @param cuse whether the kernel's device nodes are meant, and not files of the mount
 */
record Nodes(boolean cuse) {
  static final int CREATE = 0x2e00;
  static final int DELETE = 0x2e01;
  static final int PUT = 0x2e02;
  static final int GET = 0x2e03;
  static final int SEAL = 0x2e04;
  static final int UNSEAL = 0x2e05;

  String directory(TestBox box) {
    return cuse ? "/dev/fdbox" : box.mount().control("chardev");
  }

  String path(TestBox box, String name) {
    return directory(box) + "/" + name;
  }

  /** Opens the control node. */
  long control(OtherProcess process, TestBox box) {
    return process.run("fdbox_open", directory(box), "fdbox");
  }

  /** Opens the node of the box of the test, as soon as it is there. */
  long open(OtherProcess process, TestBox box) {
    awaitNode(box, box.name());
    return process.run("fdbox_open", directory(box), box.name());
  }

  void awaitNode(TestBox box, String name) {
    Await.until("there is a node of " + name, () -> exists(box, name));
  }

  void awaitNoNode(TestBox box, String name) {
    Await.until("there is no node of " + name, () -> !exists(box, name));
  }

  boolean exists(TestBox box, String name) {
    return Files.exists(Path.of(path(box, name)));
  }

  /** The number that a command of the RFC has here. */
  long number(int command) {
    boolean withBox = command == CREATE || command == DELETE;
    return cuse || command >= SEAL ? command : command | (withBox ? 264L : 272L) << 16 | 1L << 30;
  }
}
