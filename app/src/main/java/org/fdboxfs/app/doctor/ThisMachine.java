package org.fdboxfs.app.doctor;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.fdboxfs.linux.Linux;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.rule.Limits;

/** The machine that the command runs on. */
public final class ThisMachine implements Machine {
  private static final int MAX_BYTES = 16 << 20;

  private static final List<String> LIBRARY_DIRECTORIES =
      List.of(
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib",
          "/usr/local/lib");

  /** Programs of the administrator are found also by users whose PATH leaves them out. */
  private static final String PROGRAM_DIRECTORIES = "/usr/sbin:/sbin:/usr/bin:/bin";

  @Override
  public Optional<String> read(String file) {
    try (InputStream content = new FileInputStream(file)) {
      // Not Files.readAllBytes: it begins with one byte of a file in /proc/sys, which is then at
      // its
      // end for the kernel.
      byte[] bytes = content.readNBytes(MAX_BYTES);
      return Optional.of(file.endsWith(".gz") ? unpack(bytes) : utf8(bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String unpack(byte[] bytes) throws IOException {
    try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return utf8(text.readAllBytes());
    }
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean exists(String file) {
    return Files.exists(Path.of(file));
  }

  @Override
  public boolean opens(String file) {
    try (RandomAccessFile device = new RandomAccessFile(file, "rw")) {
      return device.getFD().valid();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean hasProgram(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":" + PROGRAM_DIRECTORIES;
    for (String directory : path.split(":", -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Room> room() {
    try {
      long limit = Linux.raiseDescriptorLimit();
      int descriptors = LinuxDescriptors.withShelves().capacity();
      int nodes = Limits.fitting(Runtime.getRuntime().maxMemory(), descriptors).nodes();
      return Optional.of(new Room(limit, descriptors, Math.min(descriptors, nodes)));
    } catch (FsException | LinkageError e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> library(String name) {
    String path = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    for (String directory : path.split(":", -1)) {
      if (!directory.isEmpty() && loads(directory + "/" + name)) {
        return Optional.of(directory + "/" + name);
      }
    }
    return LIBRARY_DIRECTORIES.stream()
        .map(each -> each + "/" + name)
        .filter(this::loads)
        .findFirst();
  }

  private boolean loads(String file) {
    if (!exists(file)) {
      return false;
    }
    try {
      System.load(Path.of(file).toAbsolutePath().toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false; // for another architecture, or something that it needs is missing
    }
  }
}
