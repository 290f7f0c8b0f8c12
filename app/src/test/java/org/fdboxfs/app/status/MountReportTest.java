package org.fdboxfs.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.report.Cell;
import org.fdboxfs.report.Table;
import org.fdboxfs.report.TextRenderer;
import org.junit.jupiter.api.Test;

class MountReportTest {
  private static final Table MACHINE =
      Table.builder("").left("what").row(Cell.of("/dev/fuse")).build();
  private static final String ENTRY =
      """
      {"path":"ram%d","kind":"memfd","uid":1000,"gid":100,"mode":"0600","size":4096,"claims":1,
       "writers":1,"state":"live","claimants":[{"pid":12,"uid":1000,"access":"read-write",
       "command":"qemu","since":"2026-01-01T10:00:00.123456Z"}]}
      """;

  private static MountStatus status(String more, int entries) throws IOException {
    String all =
        IntStream.range(0, entries).mapToObj(ENTRY::formatted).collect(Collectors.joining(","));
    return MountStatus.parse(
        new StringReader(
            """
            {"pid":7,"version":"0.1.0","mountpoint":"/m","keeper":"none",
             "features":{"passthrough":true,"threads":2,"kernel":"6.18"},
             "descriptors":{"used":5,"limit":1000},%s
             "boxes":[{"name":"vm1","uid":1000,"gid":100,"mode":"0755","state":"sealed",
               "groups":[{"path":"net","open":"reserve","rule":"mark"}],"entries":[%s]}]}
            """
                .formatted(more, all)));
  }

  private static String report(MountStatus status, List<MountEvent> denials) {
    MountReport.Facts facts =
        new MountReport.Facts(
            status,
            denials,
            Map.of("open", 3L, "deny EBUSY", 1L),
            "version: 1\n",
            MACHINE,
            "2026-01-01T11:00:00Z");
    Accounts accounts = new Accounts("alice:x:1000:100:::\n", "users:x:100:\n");
    return new TextRenderer(200, false).render(MountReport.of(facts, accounts));
  }

  @Test
  void everythingIsInIt() throws IOException {
    MountEvent denial =
        MountEvent.parse(
                """
                {"sequence":5,"time":"2026-01-01T10:30:00.5Z","type":"deny","operation":"open",
                 "path":"/vm1/ram0","uid":1000,"pid":13,"rule":"one-vmm","errno":"EBUSY",
                 "reason":"held by pid 12"}
                """)
            .orElseThrow();
    assertThat(report(status("", 1), List.of(denial)))
        .containsPattern("descriptors +5 of at most 1000")
        .containsPattern("vm1 +alice +users +0755 +1 +1 +~ sealed")
        .containsPattern("vm1/ram0 +memfd +4.0K +alice +0600 +1 +1 +live")
        .containsPattern("vm1/ram0 +qemu +12 +alice +read-write +2026-01-01 10:00:00")
        .containsPattern("vm1/net +reserve +mark")
        .containsPattern(
            "2026-01-01 10:30:00 +open +/vm1/ram0 +alice +13 +! EBUSY +one-vmm +held by pid 12")
        .containsPattern("deny EBUSY +#+ +1")
        .contains("version: 1")
        .contains("/dev/fuse")
        .doesNotContain("could be shown");
  }

  @Test
  void aMountWithNothingInItSaysSo() throws IOException {
    MountStatus empty = MountStatus.parse(new StringReader("{\"boxes\":[]}"));
    assertThat(report(empty, List.of()))
        .contains("None.")
        .contains("Nobody holds a claim.")
        .contains("None that concern");
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    assertThat(report(status("\"complete\":false,", 1), List.of())).contains("more boxes than");
    int most = MountReport.MOST_ENTRIES;
    assertThat(report(status("", most + 1), List.of()))
        .contains("Only the first " + most + " of " + (most + 1) + " are shown.")
        .contains("vm1/ram1 ")
        .doesNotContain("vm1/ram9999");
  }

  @Test
  void countersAreReadFromTheMetrics() {
    assertThat(
            Metrics.counters(
                """
                # TYPE fdboxfs_events counter
                fdboxfs_entries 3
                fdboxfs_events_total{type="open"} 12
                fdboxfs_events_total{type="deny"} 2
                fdboxfs_denials_total{errno="EBUSY"} 2
                # EOF
                """))
        .isEqualTo(Map.of("open", 12L, "deny EBUSY", 2L));
  }

  @Test
  void aLineThatIsNotUnderstoodIsLeftOut() {
    assertThat(MountEvent.parse("nonsense")).isEmpty();
    assertThat(MountEvent.parse("")).isEmpty();
    assertThat(MountEvent.parse("{\"type\":\"lost\",\"events\":7}").orElseThrow().events())
        .isEqualTo(7);
  }
}
