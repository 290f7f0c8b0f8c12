package org.fdboxfs.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fdboxfs.app.top.Top;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs top}. */
@Command(
    name = "top",
    header = "Watch who holds what, and what is refused, as it happens.",
    description = {
      "Shows what you may see of the mount. The key ? tells what the others do.",
      "While it runs, it has a file of the mount open, which unmounting finds in use."
    })
final class TopCommand implements Callable<Integer> {
  @Option(names = "--once", description = "Print one picture, for scripts; needs no terminal.")
  private boolean once;

  @Parameters(
      arity = "0..1",
      paramLabel = "MOUNTPOINT",
      description = "Default: the mount around the working directory, or the only one.")
  private @Nullable String mountpoint;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path mount = MountPaths.mount(mountpoint);
    if (once) {
      Top.once(mount).forEach(spec.commandLine().getOut()::println);
    } else {
      Top.watch(mount);
    }
    return Fdboxfs.OK;
  }
}
