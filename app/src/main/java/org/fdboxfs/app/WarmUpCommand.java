package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.fdboxfs.app.doctor.Diagnosis;
import org.fdboxfs.app.doctor.ThisMachine;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.Explanation;
import org.fdboxfs.app.status.Listing;
import org.fdboxfs.app.status.MountStatus;
import picocli.CommandLine.Command;

/**
 * Uses, without a mount, the classes that the other commands use. The build runs it to make the
 * archive of classes from which every command starts.
 */
@Command(name = "warm-up", hidden = true, header = "Load what the other commands need.")
final class WarmUpCommand implements Callable<Integer> {
  private static final String STATUS =
      """
      {"pid":1,"version":"0","mountpoint":"/m","keeper":"none",
       "features":{"passthrough":true,"threads":1,"kernel":"6.18"},
       "descriptors":{"used":1,"limit":2},
       "boxes":[{"name":"b","uid":0,"gid":0,"mode":"0755","state":"live",
         "groups":[{"path":"g","open":"reserve","rule":"default"}],
         "entries":[{"path":"e","kind":"memfd","uid":0,"gid":0,"mode":"0600","size":4096,
           "claims":1,"writers":1,"state":"live",
           "claimants":[{"pid":1,"uid":0,"access":"read","command":"c","since":""}]}]}]}
      """;

  private static final String ANSWER =
      """
      {"decision":"deny","rule":"r","errno":"EBUSY","reason":"w","rules":[{"id":"r","verdict":"v"}]}
      """;

  @Override
  public Integer call() throws IOException {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Accounts accounts = Accounts.ofThisMachine();
    new Listing(accounts)
        .lines(MountStatus.parse(new StringReader(STATUS)))
        .forEach(nowhere::println);
    Explanation.parse(ANSWER).story("open").forEach(nowhere::println);
    new Diagnosis(new ThisMachine()).findings().forEach(nowhere::println);
    MountOptions.parse(List.of("threads=2,ro")).fuseOptions("fdboxfs");
    Wiring.policyCheck().problems("version: 1\n");
    for (String command : List.of("mount", "umount", "ls", "explain", "seal", "doctor")) {
      Fdboxfs.run(List.of(command, "--help"), nowhere, nowhere);
    }
    Fdboxfs.run(List.of("ls", "/"), nowhere, nowhere);
    Wiring.warmUp();
    return Fdboxfs.OK;
  }
}
