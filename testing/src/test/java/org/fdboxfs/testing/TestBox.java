package org.fdboxfs.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What one test gets: a box of its own in a mount, and other processes. */
public final class TestBox implements AutoCloseable {
  private static final String DEFAULT_POLICY = "version: 1\n";
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final Mount mount;
  private final String name = "box" + COUNTER.incrementAndGet();
  private final List<OtherProcess> processes = new ArrayList<>();
  private final List<Path> extra = new ArrayList<>();
  private boolean policyChanged;

  TestBox(Mount mount) throws IOException {
    this.mount = mount;
    process().run("mkdir", path(), "0777");
  }

  public Mount mount() {
    return mount;
  }

  /** The name of the box. */
  public String name() {
    return name;
  }

  /** The path of the box; everybody may do everything in it. */
  public String path() {
    return mount.path() + "/" + name;
  }

  /** A path in the box. */
  public String path(String below) {
    return path() + "/" + below;
  }

  /** Starts another process, as root. */
  public OtherProcess process() {
    OtherProcess process = OtherProcess.start();
    processes.add(process);
    return process;
  }

  /** Starts another process of a user. */
  public OtherProcess process(int uid, int gid, Integer... groups) {
    OtherProcess process = process();
    List<Integer> ids = new ArrayList<>(List.of(uid, gid));
    ids.addAll(List.of(groups));
    process.run("user", ids.toArray());
    return process;
  }

  /** Puts a policy in force until the end of the test. */
  public void policy(String yaml) throws IOException {
    policyChanged = true;
    Files.write(Path.of(mount.control("policy")), yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** Another box, made by the test, that is to go with this one. */
  public String boxBeside(String suffix) {
    Path box = mount.path().resolve(name + suffix);
    extra.add(box);
    return box.toString();
  }

  @Override
  public void close() throws IOException {
    processes.forEach(OtherProcess::close);
    if (policyChanged) {
      policy(DEFAULT_POLICY);
    }
    extra.add(Path.of(path()));
    try (OtherProcess cleaner = OtherProcess.start()) {
      for (Path box : extra) {
        if (Files.exists(box)) {
          cleaner.errno("setxattr", box, "user.fdbox.state", "live");
          Command.Result removed = Command.run("rm", "-rf", "--", box.toString());
          if (removed.status() != 0) {
            throw new AssertionError("cannot remove " + box + ": " + removed.output());
          }
        }
      }
    }
  }
}
