package org.fdboxfs.app;

import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.doctor.Diagnosis;
import org.fdboxfs.app.doctor.Finding;
import org.fdboxfs.app.doctor.ThisMachine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fdboxfs doctor}. */
@Command(
    name = "doctor",
    header = "Say what this machine offers, and what to do about each lack.",
    description = "Exit status 0: a mount will work for you; 1: it will not.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    List<Finding> findings = new Diagnosis(new ThisMachine()).findings();
    Finding.lines(findings).forEach(spec.commandLine().getOut()::println);
    return Finding.mountWorks(findings) ? Fdboxfs.OK : Fdboxfs.FAILED;
  }
}
