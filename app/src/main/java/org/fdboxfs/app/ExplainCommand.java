package org.fdboxfs.app;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.fdboxfs.app.MountPaths.Place;
import org.fdboxfs.app.host.Accounts;
import org.fdboxfs.app.host.Credentials;
import org.fdboxfs.app.status.Explanation;
import org.fdboxfs.model.Access;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fdboxfs explain}. */
@Command(
    name = "explain",
    header = "Say what would be decided, by which rule, and why; nothing is done.",
    description = "Exit status 0: it would be permitted; 3: it would be denied.",
    footer = {
      "",
      "fdboxfs policy explain SCENARIO --step ID [--model MODEL] explains a step of a scenario."
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int DENIED = 3;
  private static final int CHUNK = 64 * 1024;

  @Parameters(paramLabel = "PATH", description = "An entry; for put, the name it would get.")
  private String path = "";

  @Option(
      names = "--as",
      paramLabel = "UID[:GID]",
      description =
          "For that user, by number or name; groups come from /etc/group. Default: yourself."
              + " A number without an account has the group of the same number.")
  private @Nullable String as;

  @Option(
      names = "--op",
      paramLabel = "OPERATION",
      description =
          "open (default), put, remove, rename, setattr, mkdir, rmdir, seal, unseal, take.")
  private String operation = "open";

  @Option(
      names = "--access",
      paramLabel = "ACCESS",
      description = "For open: read (default), write or read-write.")
  private String access = "read";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    checkWord("--op", operation, Arrays.stream(Operation.values()).map(Operation::label).toList());
    checkWord("--access", access, Arrays.stream(Access.values()).map(Access::toString).toList());
    Accounts accounts = Accounts.ofThisMachine();
    Credentials own = Credentials.own();
    Credentials caller = as == null ? own : credentials(accounts, as);
    if (!own.isRoot() && caller.uid() != own.uid()) {
      throw new Failure("only root may ask for another user");
    }
    Place place = place();
    Explanation answer = ask(place.mountpoint(), question(place, caller));
    answer.story(sentence(place, accounts, caller)).forEach(spec.commandLine().getOut()::println);
    return answer.permitted() ? Fdboxfs.OK : DENIED;
  }

  /** Two commands have this name; who forgot an option of the other is told of it. */
  private Place place() throws IOException {
    try {
      return MountPaths.find(path);
    } catch (Failure e) {
      boolean amongPolicies = spec.parent() != null && spec.parent().name().equals("policy");
      throw amongPolicies && Files.isRegularFile(Path.of(path))
          ? new Failure(e.getMessage() + "; a step of a scenario is explained with --step ID")
          : e;
    }
  }

  private void checkWord(String option, String word, List<String> allowed) {
    if (!allowed.contains(word)) {
      throw usage(option + " " + word + ": must be one of " + String.join(", ", allowed));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Credentials credentials(Accounts accounts, String text) {
    int colon = text.indexOf(':');
    String who = colon < 0 ? text : text.substring(0, colon);
    Accounts.User user = accounts.user(who).orElseGet(() -> withoutAccount(who));
    if (colon < 0) {
      return new Credentials(user.uid(), user.gid(), accounts.groupsOf(user));
    }
    String group = text.substring(colon + 1);
    long gid = accounts.gid(group).orElseThrow(() -> usage("--as " + text + ": no group " + group));
    return new Credentials(user.uid(), gid, accounts.groupsOf(user));
  }

  private Accounts.User withoutAccount(String who) {
    if (!Accounts.isNumber(who)) {
      throw usage("--as " + who + ": no such user");
    }
    long number = Long.parseLong(who);
    return new Accounts.User(who, number, number);
  }

  private String question(Place place, Credentials caller) {
    JsonObject question = new JsonObject();
    question.addProperty("path", place.fromRoot());
    question.addProperty("operation", operation);
    question.addProperty("access", access);
    question.addProperty("uid", caller.uid());
    question.addProperty("gid", caller.gid());
    JsonArray groups = new JsonArray();
    caller.groups().forEach(groups::add);
    question.add("groups", groups);
    return question.toString();
  }

  /** One question and its answer go through one handle: the daemon keeps them by it. */
  private static Explanation ask(Path mountpoint, String question) throws IOException {
    Path file = mountpoint.resolve(".fdbox/explain");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
      channel.write(bytes, 0); // in one piece: a question has at most a few kilobytes
      return Explanation.parse(answer(channel));
    } catch (FileSystemException e) {
      throw e; // names the file
    } catch (IOException e) {
      throw new Failure(mountpoint + " does not explain: " + Failure.reason(e));
    }
  }

  private static String answer(FileChannel channel) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk, answer.size()) > 0) {
      answer.write(chunk.array(), 0, chunk.position());
      chunk.clear();
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  private String sentence(Place place, Accounts accounts, Credentials caller) {
    boolean open = operation.equals(Operation.OPEN.label());
    String groups =
        caller.groups().stream().map(accounts::groupName).collect(Collectors.joining(", "));
    return operation
        + " "
        + place.fromRoot()
        + (open ? " for " + access : "")
        + ", as "
        + accounts.userName(caller.uid())
        + " (uid "
        + caller.uid()
        + ", gid "
        + caller.gid()
        + (groups.isEmpty() ? ")" : ", groups " + groups + ")");
  }
}
