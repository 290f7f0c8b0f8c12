package org.fdboxfs.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that a command writes. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Looks whether a file can be written.
   *
   * @throws Failure when it cannot, as far as that is to be seen before
   */
  static void check(String name) {
    if (name.isEmpty()) {
      throw new Failure("the name of the file is empty");
    }
    Path file = Path.of(name).toAbsolutePath();
    boolean special = Files.exists(file) && !Files.isRegularFile(file);
    Path directory = file.getParent();
    if (directory == null || Files.isDirectory(file)) {
      throw new Failure(name + ": a directory");
    }
    if (!special && !Files.isDirectory(directory)) {
      throw new Failure(name + ": no such file or directory");
    }
    if (!Files.isWritable(special ? file : directory)) {
      throw new Failure(name + ": permission denied");
    }
  }

  /**
   * Writes a file so that nobody ever sees half of it, and what was there before stays when
   * something fails. What is not a plain file, such as a pipe, is written into.
   *
   * @throws Failure when it cannot be written
   */
  static void write(String name, String text) throws IOException {
    check(name);
    Path file = Path.of(name).toAbsolutePath();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      Files.write(file, bytes, StandardOpenOption.WRITE);
      return;
    }
    try {
      replace(Files.exists(file) ? file.toRealPath() : file, bytes);
    } catch (FileSystemException e) {
      throw new Failure(name + ": " + Failure.reason(e)); // and not the name of the unfinished one
    }
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    Path unfinished =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(unfinished, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(file));
      }
      Files.write(unfinished, bytes, StandardOpenOption.WRITE);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
