package org.fdboxfs.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFilesTest {
  private static final String GOOD =
      "version: 1\ntitle: t\nactors: {a: {uid: 1}}\nsteps: [{actor: a, do: exit}]\n";

  @TempDir private Path place;

  @Test
  void readsADirectoryInOrderAndNothingElseInIt() throws IOException {
    write("b.yaml", GOOD);
    write("a.yml", GOOD);
    write("notes.txt", "not one");
    ScenarioFiles files = new ScenarioFiles(place);
    files.add(place);

    assertThat(files.problems()).isEmpty();
    assertThat(files.read()).extracting(ScenarioFile::name).containsExactly("a", "b");
  }

  @Test
  void saysAllThatIsWrongInAllFiles() throws IOException {
    Path broken = write("broken.yaml", GOOD + "bettr: x\n");
    Path policy = write("policy.yaml", GOOD + "policy: none\n");
    Path bytes = place.resolve("bytes.yaml");
    Files.write(bytes, "title: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    Path empty = Files.createDirectory(place.resolve("empty"));
    ScenarioFiles files = new ScenarioFiles(place);
    files.add(broken);
    files.add(policy);
    files.add(bytes);
    files.add(place.resolve("nothing.yaml"));
    files.add(empty);

    assertThat(files.problems())
        .containsExactly(
            broken + ":5: unknown key 'bettr' (did you mean 'better'?)",
            policy
                + ":5: 'policy': unknown model 'none' (known: broken, bytes, default, policy), and"
                + " there is no such file",
            bytes + ":1: not UTF-8",
            place.resolve("nothing.yaml") + ": no such file",
            empty + ": no file in it ends in .yaml");
  }

  @Test
  void findsPoliciesAmongTheShippedAndBesideTheScenario() throws IOException {
    Path models = Files.createDirectory(place.resolve("models"));
    Path shipped = Files.writeString(models.resolve("strict.yaml"), "version: 1\n");
    Path beside = write("own.yaml.policy", "version: 1\n");
    Path bad = write("bad.policy", "version: 7\n");
    ScenarioFiles files = new ScenarioFiles(models);
    files.add(write("one.yaml", GOOD + "policy: strict\n"));
    files.add(write("two.yaml", GOOD + "policy: own.yaml.policy\n"));
    files.add(write("three.yaml", GOOD + "policy: bad.policy\n"));

    assertThat(files.read()).extracting(ScenarioFile::policy).startsWith(shipped, beside);
    assertThat(files.problems()).containsExactly(bad + ":1: 'version' must be 1, not '7'");
  }

  @Test
  void aPolicyThatIsNotThereIsToldWithItsLineHoweverItIsWritten() throws IOException {
    ScenarioFiles files = new ScenarioFiles(place);
    files.add(write("quoted.yaml", GOOD + "about: |\n  policy\n'policy' : none\n"));
    files.add(
        write(
            "flow.yaml",
            """
            {version: 1, title: t, policy: none, actors: {a: {uid: 1}},
             steps: [{actor: a, do: exit}]}
            """));
    files.add(write("default.yaml", GOOD + "policy: default\n"));

    assertThat(files.problems())
        .extracting(each -> each.substring(place.toString().length() + 1, each.indexOf(": ")))
        .containsExactly("quoted.yaml:7", "flow.yaml:1");
    assertThat(files.read()).extracting(ScenarioFile::policy).containsOnlyNulls();
  }

  @Test
  void aDirectoryIsReadWhateverElseIsInIt() throws IOException, InterruptedException {
    Path good = write("good.yaml", GOOD);
    Path pipe = place.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path directory = Files.createDirectory(place.resolve("directory.yaml"));
    Path nowhere = Files.createSymbolicLink(place.resolve("nowhere.yaml"), Path.of("nowhere"));
    Path endless = Files.createSymbolicLink(place.resolve("zero.yaml"), Path.of("/dev/zero"));
    ScenarioFiles files = new ScenarioFiles(place);
    files.add(place);
    files.add(endless);

    assertThat(files.problems())
        .containsExactly(
            directory + ": not a plain file",
            nowhere + ": no such file",
            pipe + ": not a plain file",
            endless + ": not a plain file",
            endless + ":1: longer than 1048576 bytes");
    assertThat(files.read()).extracting(ScenarioFile::file).containsExactly(good);
  }

  @Test
  void aNameIsOfOneScenario() throws IOException {
    Path one = write("same.yaml", GOOD);
    Path other =
        Files.writeString(Files.createDirectory(place.resolve("d")).resolve("same.yml"), GOOD);
    ScenarioFiles files = new ScenarioFiles(place);
    files.add(one);
    files.add(other);

    assertThat(files.problems())
        .containsExactly(other + ": a scenario 'same' is there already: " + one);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(place.resolve(name), text);
  }
}
