package org.fdboxfs.app.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import org.fdboxfs.app.host.Accounts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingTest {
  private static final String STATUS =
      """
      {"pid":1,"version":"0.1.0","mountpoint":"/m","keeper":"none","later":{"x":1},
       "features":{"passthrough":true,"threads":2,"kernel":"6.18"},
       "descriptors":{"used":5,"limit":1048000},
       "boxes":[{"name":"vm1","uid":0,"gid":0,"mode":"0755","state":"live",
         "groups":[{"path":"net","open":"reserve","rule":"default"}],
         "entries":[
           {"path":"ram","kind":"memfd","uid":1000,"gid":0,"mode":"0600","size":536870912,
            "claims":0,"writers":0,"state":"live","claimants":[]},
           {"path":"net/iommu","kind":"iommufd","uid":4294967294,"gid":0,"mode":"0600","size":0,
            "claims":1,"writers":1,"state":"live","claimants":[
             {"pid":12,"uid":0,"access":"read-write","command":"qemu",
              "since":"2026-01-01T00:00:00Z"}]}]}]}
      """;

  private final Listing listing =
      new Listing(new Accounts("root:x:0:0:::\nalice:x:1000:1000:::\n", ""));

  private static MountStatus parse(String json) throws IOException {
    return MountStatus.parse(new StringReader(json));
  }

  @Test
  void theTableShowsBoxesGroupsAndEntries() throws IOException {
    assertThat(String.join("\n", listing.lines(parse(STATUS))))
        .isEqualTo(
            """
            /m: 1 box, daemon 1, 5 of 1048000 descriptors, passthrough, keeper none
            NAME           KIND     SIZE  OWNER       MODE  CLAIMS  CLAIMANTS  STATE
            vm1/           box         -  root        0755       1  -          live
            vm1/net/       group       -  -           -          -  -          reserve (default)
            vm1/net/iommu  iommufd     0  4294967294  0600       1  qemu (12)  live
            vm1/ram        memfd    512M  alice       0600       0  -          live""");
  }

  @Test
  void anEmptyMountSaysWhatToDo() throws IOException {
    assertThat(listing.lines(parse("{\"pid\":7,\"mountpoint\":\"/m\",\"boxes\":[]}")))
        .containsExactly(
            "/m: 0 boxes, daemon 7, keeper -", "  no box yet: mkdir /m/NAME makes one");
  }

  @Test
  void whatIsLeftOutIsEmpty() throws IOException {
    assertThat(
            listing.lines(parse("{\"boxes\":[{\"name\":\"b\",\"entries\":[{\"path\":\"e\"}]}]}")))
        .contains("b/e   -        0  root   -          0  -          -");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"[1]", "{", "nonsense"})
  void whatIsNoStatusIsAnError(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not understood");
  }

  @ParameterizedTest(name = "{0} bytes are {1}")
  @CsvSource({
    "0, 0",
    "1023, 1023",
    "1024, 1.0K",
    "1536, 1.5K",
    "10240, 10K",
    "1048576, 1.0M",
    "9223372036854775807, 8.0E"
  })
  void sizesAreShort(long bytes, String text) {
    assertThat(Listing.size(bytes)).isEqualTo(text);
  }

  @Test
  void aPathLeavesWhatLiesBelowIt() {
    JsonObject status = JsonParser.parseString(STATUS).getAsJsonObject();
    Selection.apply(status, "vm1/net");
    assertThat(status.toString()).contains("net/iommu").contains("later").doesNotContain("\"ram\"");
    Selection.apply(status, "vm2");
    assertThat(status.getAsJsonArray("boxes")).isEmpty();
  }

  @Test
  void namesAreEscapedAndAsWideAsATerminalShowsThem() throws IOException {
    assertThat(
            listing.lines(
                parse(
                    "{'boxes':[{'name':'b','entries':[{'path':'a\\n\\u001b[31mb'},{'path':'\u8a18\u61b6'}]}]}"
                        .replace('\'', '"'))))
        .contains(
            "b/a\\012\\033[31mb  -        0  root   -          0  -          -",
            "b/\u8a18\u61b6            -        0  root   -          0  -          -");
  }
}
