package org.fdboxfs.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountOptionsTest {
  private static MountOptions parse(String... values) {
    return MountOptions.parse(List.of(values));
  }

  @Test
  void oursAreReadAndTheOthersHandedOn() {
    MountOptions options =
        parse("policy=/p.yaml,threads=4,ro", "passthrough=no,log=/l,debug,max_read=4096");
    assertThat(options.policy()).contains("/p.yaml");
    assertThat(options.log()).contains("/l");
    assertThat(options.threads()).isEqualTo(4);
    assertThat(options.passthrough()).isFalse();
    assertThat(options.fuseOptions("fdboxfs"))
        .containsExactly("ro", "debug", "max_read=4096", "fsname=fdboxfs", "subtype=fdboxfs");
  }

  @Test
  void withoutOptionsThereAreDefaults() {
    MountOptions options = parse();
    assertThat(options.policy()).isEmpty();
    assertThat(options.threads()).isZero();
    assertThat(options.passthrough()).isTrue();
    assertThat(options.fuseOptions("box")).containsExactly("fsname=box", "subtype=fdboxfs");
  }

  @Test
  void rootSharesUnlessToldOtherwise() {
    assertThat(parse().allowOther(true)).isTrue();
    assertThat(parse().allowOther(false)).isFalse();
    assertThat(parse("allow_other").allowOther(false)).isTrue();
    assertThat(parse("allow_other=no").allowOther(true)).isFalse();
    assertThat(parse("allow_root").allowOther(true)).isFalse();
  }

  @Test
  void theCharacterDeviceIsAskedFor() {
    assertThat(parse().chardev()).isFalse();
    assertThat(parse("chardev").chardev()).isTrue();
    assertThat(parse("chardev=no").chardev()).isFalse();
    assertThatThrownBy(() -> parse("chardev=maybe")).hasMessageContaining("must be yes or no");
  }

  @Test
  void wordsOfFstabAreDropped() {
    assertThat(
            parse("defaults,rw,noauto,_netdev,x-systemd.automount,comment=a,nofail,,user")
                .fuseOptions("n"))
        .containsExactly("rw", "fsname=n", "subtype=fdboxfs");
  }

  @Test
  void aCommaCanBePartOfAValue() {
    MountOptions options = parse("policy=/a\\,b,fsname=x\\,y");
    assertThat(options.policy()).contains("/a,b");
    assertThat(options.fuseOptions("n")).containsExactly("fsname=x\\,y", "subtype=fdboxfs");
    assertThat(parse().fuseOptions("a,b")).contains("fsname=a\\,b");
  }

  @Test
  void theTypeCannotBeChanged() {
    assertThat(parse("subtype=other").fuseOptions("n"))
        .containsExactly("fsname=n", "subtype=fdboxfs");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "threads=0, from 1 to 64",
    "threads=65, from 1 to 64",
    "threads=, from 1 to 64",
    "threads=x, from 1 to 64",
    "threads, from 1 to 64",
    "threads=99999999999, from 1 to 64",
    "keeper=luo, not in this version",
    "keeper=process, not in this version",
    "keeper=systemd, not in this version",
    "keeper=disk, no such keeper",
    "passthrough=maybe, must be yes or no",
    "allow_other=1, must be yes or no",
    "policy, the file is missing",
    "policy=, the file is missing",
    "log=, the file is missing",
    "=x, the name of the option is missing"
  })
  void whatIsWrongIsSaid(String option, String message) {
    assertThatThrownBy(() -> parse(option))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("-o ")
        .hasMessageContaining(message);
  }

  @Test
  void theKeeperNoneIsFine() {
    assertThat(parse("keeper=none").fuseOptions("n"))
        .containsExactly("fsname=n", "subtype=fdboxfs");
  }
}
