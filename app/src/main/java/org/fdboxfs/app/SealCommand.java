package org.fdboxfs.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs seal}. */
@Command(name = "seal", header = "Freeze a box: nothing goes in or out, nothing new is opened.")
final class SealCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BOXPATH", description = "A directory at the top of a mount.")
  private String box = "";

  @Option(names = "--force", description = "Also while somebody holds claims on its entries.")
  private boolean force;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    String name = BoxState.set(box, force ? "sealed-force" : "sealed");
    spec.commandLine().getOut().println(name + " is sealed");
    return Fdboxfs.OK;
  }
}
