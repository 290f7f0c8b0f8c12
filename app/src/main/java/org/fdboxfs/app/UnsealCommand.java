package org.fdboxfs.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs unseal}. */
@Command(name = "unseal", header = "Give a sealed box back to its users.")
final class UnsealCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BOXPATH", description = "A sealed box.")
  private String box = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    String name = BoxState.set(box, "live");
    spec.commandLine().getOut().println(name + " is live");
    return Fdboxfs.OK;
  }
}
