package org.fdboxfs.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.fdboxfs.app.doctor.Diagnosis;
import org.fdboxfs.app.doctor.ThisMachine;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.Explanation;
import org.fdboxfs.app.status.Listing;
import org.fdboxfs.app.status.MountStatus;
import org.fdboxfs.client.Exchange;
import org.fdboxfs.client.FdBoxException;
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
    for (String command : Fdboxfs.commands()) {
      Fdboxfs.run(List.of(command, "--help"), nowhere, nowhere);
    }
    Fdboxfs.run(List.of("ls", "/"), nowhere, nowhere);
    Fdboxfs.run(List.of("take", "/none", "--", "sh"), nowhere, nowhere);
    Fdboxfs.run(List.of("run", "none", "name", "--", "sh"), nowhere, nowhere);
    loadClient();
    Wiring.warmUp();
    return Fdboxfs.OK;
  }

  /** All of it, since there is no daemon here to which it could speak. */
  private static void loadClient() throws IOException {
    String code = Exchange.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    if (!code.endsWith(".jar")) {
      return; // in a test
    }
    try (JarFile jar = new JarFile(URLDecoder.decode(code, StandardCharsets.UTF_8))) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        String file = entry.getName();
        if (file.endsWith(".class") && !file.endsWith("-info.class")) {
          Class.forName(file.substring(0, file.length() - ".class".length()).replace('/', '.'));
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    try {
      Exchange.connect(Path.of("/")).close();
    } catch (FdBoxException e) {
      // As it must be: nothing is mounted there. The native calls were made.
    }
  }
}
