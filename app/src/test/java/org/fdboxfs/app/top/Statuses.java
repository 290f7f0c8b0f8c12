package org.fdboxfs.app.top;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.status.MountEvent;
import org.fdboxfs.app.status.MountStatus;

/** What a mount might say. */
final class Statuses {
  static final Accounts ACCOUNTS =
      new Accounts("root:x:0:0:::\nalice:x:1000:1000:::\n", "users:x:100:\n");

  private Statuses() {}

  /** A box {@code vm1} with entries of these names, the first of them held by qemu. */
  static MountStatus withEntries(String... names) {
    String entries =
        IntStream.range(0, names.length)
            .mapToObj(index -> entry(names[index], index))
            .collect(Collectors.joining(","));
    return parse(
        "{'pid':7,'mountpoint':'/m','keeper':'none','boxes':[{'name':'vm1','uid':0,'gid':0,"
            + "'mode':'0755','state':'live','groups':[{'path':'net','open':'reserve',"
            + "'rule':'mark'}],'entries':["
            + entries
            + "]}]}");
  }

  private static String entry(String name, int index) {
    String claimants =
        index == 0
            ? "{'pid':12,'uid':1000,'access':'read-write','command':'qemu',"
                + "'since':'2026-01-01T10:00:00Z'}"
            : "";
    return "{'path':'"
        + name
        + "','kind':'memfd','uid':1000,'gid':100,'mode':'0600','size':"
        + index * 1024
        + ",'claims':"
        + (index == 0 ? 1 : 0)
        + ",'writers':0,'state':'live','claimants':["
        + claimants
        + "]}";
  }

  private static MountStatus parse(String json) {
    try {
      return MountStatus.parse(new StringReader(json.replace('\'', '"')));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MountEvent denial(int number, String path) {
    return new MountEvent(
        number,
        "2026-01-01T10:00:%02dZ".formatted(number),
        "deny",
        "open",
        path,
        1000,
        99,
        "",
        "one-vmm",
        "EBUSY",
        "held by pid 12",
        0);
  }

  static Snapshot snapshot(MountStatus status, MountEvent... newestFirst) {
    return new Snapshot(status, List.of(newestFirst), 1.5, 0, 0.2, 0, "");
  }
}
