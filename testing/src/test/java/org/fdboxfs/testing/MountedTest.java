package org.fdboxfs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The extension behind {@link Mounted}. When a test is over and what it made is removed, the daemon
 * must have open no more than before, hold no claim and no entry, and have met no bug of its own.
 */
public final class MountedTest
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(MountedTest.class);

  private record Running(TestBox box, List<String> descriptors, int bugs) {}

  /** Stops without FUSE: a failure in continuous integration, a visible skip elsewhere. */
  static void requireFuse() {
    if (Files.exists(Path.of("/dev/fuse"))) {
      return;
    }
    String lack = "/dev/fuse is missing: the mounted tests cannot run ('modprobe fuse' as root)";
    if (System.getenv("CI") != null) {
      throw new AssertionError(lack);
    }
    System.err.println("SKIPPED: " + lack);
    Assumptions.abort(lack);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    requireFuse();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    Mounted mounted = context.getRequiredTestClass().getAnnotation(Mounted.class);
    String options = mounted.options();
    Mount mount =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent("mount " + options, ignored -> start(options), Mount.class);
    Running running = new Running(new TestBox(mount), mount.descriptors(), mount.bugs().size());
    store(context).put("running", running);
  }

  private static Mount start(String options) {
    Mount mount = Mount.start(options, "");
    try (TestBox box = new TestBox(mount)) {
      watchOnce(box);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return mount;
  }

  /** What the daemon opens when it first watches for a hang-up stays open. */
  private static void watchOnce(TestBox box) {
    OtherProcess process = box.process();
    String message = "FDSTORE=1\nFDPOLL=1\nFDNAME=" + box.name() + "/watched\n";
    Exchange.Reply reply = Exchange.of(process, box).ask(message, process.numbers("pipe").get(0));
    if (!reply.errno().equals(OtherProcess.NONE)) {
      throw new AssertionError("cannot store: " + reply);
    }
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(MountedTest.class, context.getUniqueId()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Running running = store(context).remove("running", Running.class);
    if (running == null) {
      return;
    }
    Mount mount = running.box().mount();
    running.box().close();
    Await.until(
        () -> "the daemon has open no more than before the test:\n" + difference(running, mount),
        () -> mount.descriptors().size() <= running.descriptors().size());
    Await.until(
        "no entry and no claim is left",
        () -> mount.metric("fdboxfs_claims") == 0 && mount.metric("fdboxfs_entries") == 0);
    List<String> bugs = mount.bugs();
    if (bugs.size() > running.bugs()) {
      throw new AssertionError(
          "the daemon met bugs:\n" + String.join("\n", bugs.subList(running.bugs(), bugs.size())));
    }
  }

  private static String difference(Running running, Mount mount) {
    List<String> before = running.descriptors();
    List<String> now = mount.descriptors();
    return "gone: "
        + before.stream().filter(each -> !now.contains(each)).toList()
        + "\nnew: "
        + now.stream().filter(each -> !before.contains(each)).toList();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestBox.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return store(context).get("running", Running.class).box();
  }
}
