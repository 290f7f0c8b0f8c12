package org.fdboxfs.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fdboxfs.app.host.Credentials;
import org.fdboxfs.app.host.MountTable;
import org.fdboxfs.app.host.Unmounter;
import org.fdboxfs.app.host.Unmounter.Outcome;
import org.fdboxfs.policy.config.FileText;
import org.fdboxfs.policy.config.PolicyFormatException;

/** What is looked at before anything is mounted, so that whatever is wrong is said in one line. */
final class MountChecks {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path FUSE_CONF = Path.of("/etc/fuse.conf");
  private static final int STACKED_MOUNTS = 16;

  private final Credentials own;
  private final Wiring.PolicyCheck policyCheck;
  private final Path device;

  MountChecks(Credentials own, Wiring.PolicyCheck policyCheck) {
    this(own, policyCheck, DEVICE);
  }

  MountChecks(Credentials own, Wiring.PolicyCheck policyCheck, Path device) {
    this.own = own;
    this.policyCheck = policyCheck;
    this.device = device;
  }

  /**
   * Checks, and takes a stale mount out of the way.
   *
   * @throws Failure when it cannot be mounted
   */
  DaemonConfig check(String mountpoint, String source, MountOptions options, boolean foreground)
      throws IOException {
    Optional<Path> policy = options.policy().flatMap(MountChecks::policyFile);
    if (policy.isPresent()) {
      checkPolicy(policy.get());
    }
    Optional<Path> log = options.log().map(MountChecks::absolute);
    if (log.isPresent()) {
      checkLog(log.get());
    }
    checkMachine(options);
    Path directory = MountPaths.resolve(mountpoint);
    replaceStale(directory);
    checkDirectory(directory, options);
    return new DaemonConfig(
        directory,
        policy,
        options.notifyBox(),
        options.chardev(),
        options.threads(),
        options.passthrough(),
        options.allowOther(own.isRoot()),
        log,
        options.fuseOptions(source),
        foreground);
  }

  private static Optional<Path> policyFile(String word) {
    try {
      return Wiring.models().resolve(word, Path.of("")).map(file -> absolute(file.toString()));
    } catch (IllegalArgumentException e) {
      throw new Failure("policy=" + word + ": " + e.getMessage());
    }
  }

  private static Path absolute(String file) {
    return Path.of(file).toAbsolutePath().normalize();
  }

  private void checkPolicy(Path file) throws IOException {
    List<String> problems;
    try {
      problems = policyCheck.problems(FileText.read(file));
    } catch (PolicyFormatException e) {
      problems = String.valueOf(e.getMessage()).lines().toList();
    }
    if (!problems.isEmpty()) {
      throw new Failure(
          problems.stream().map(each -> file + ": " + each).collect(Collectors.joining("\n")));
    }
  }

  private static void checkLog(Path file) {
    Path parent = file.getParent();
    boolean writable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
    if (!writable) {
      throw new Failure("log=" + file + ": cannot be written");
    }
  }

  private void checkMachine(MountOptions options) throws IOException {
    if (!Files.exists(device)) {
      throw new Failure(device + " is missing: 'modprobe fuse' as root, or see fdboxfs doctor");
    }
    if (!own.isRoot() && options.allowOther(false) && !usersMayAllowOthers()) {
      throw new Failure("allow_other is for root unless /etc/fuse.conf says user_allow_other");
    }
  }

  private static boolean usersMayAllowOthers() throws IOException {
    return Files.exists(FUSE_CONF)
        && Files.readString(FUSE_CONF)
            .lines()
            .anyMatch(line -> line.strip().equals("user_allow_other"));
  }

  private void replaceStale(Path directory) throws IOException {
    String path = directory.toString();
    for (int turn = 0; turn < STACKED_MOUNTS; turn++) {
      if (MountTable.read().fdboxfsAt(path).isEmpty()) {
        return;
      }
      if (MountPaths.answers(directory)) {
        throw new Failure(path + ": already mounted (fdboxfs umount " + path + " ends that mount)");
      }
      Unmounter.Answer answer = new Unmounter(own.isRoot()).unmount(path, true);
      if (answer.outcome() != Outcome.DONE) {
        throw new Failure(path + ": a dead mount is in the way: " + answer.text());
      }
    }
  }

  private static void checkDirectory(Path directory, MountOptions options) throws IOException {
    if (!Files.exists(directory)) {
      throw new Failure(directory + ": no such directory (mkdir makes one)");
    }
    if (!Files.isDirectory(directory)) {
      throw new Failure(directory + ": not a directory");
    }
    if (!options.has("nonempty") && !isEmpty(directory)) {
      throw new Failure(directory + ": not empty (-o nonempty hides what is in it)");
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
      return !content.iterator().hasNext();
    } catch (FileSystemException e) {
      return true; // not readable: whether we may mount there is for the kernel to say
    }
  }
}
