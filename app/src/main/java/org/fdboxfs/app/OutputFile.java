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
   * Writes a file so that nobody ever sees half of it, and what was there before stays when
   * something fails. What is not a plain file, such as a pipe, is written into.
   *
   * @throws Failure when it is a directory
   */
  static void write(String name, String text) throws IOException {
    Path file = name.isEmpty() ? Path.of(name) : Path.of(name).toAbsolutePath();
    if (name.isEmpty() || Files.isDirectory(file)) {
      throw new Failure(name.isEmpty() ? "the name of the file is empty" : name + ": a directory");
    }
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
