package org.fdboxfs.fs;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.Names;
import org.fdboxfs.model.ProcessTable;
import org.fdboxfs.policy.Decision;
import org.fdboxfs.policy.Inspection;
import org.fdboxfs.policy.rule.Deny;
import org.fdboxfs.policy.rule.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Asks what would be decided: one request is written as a JSON object, the answer is read. Only
 * root may ask for somebody else.
 */
final class ExplainSession implements ControlFile.Session {
  private final Inspection inspection;
  private final Caller asker;
  private final Budget bytes;
  private byte[] answer = new byte[0];

  /**
   * Asks for somebody.
   *
   * @param bytes what answers are taken from, in the name of the asker
   */
  ExplainSession(Inspection inspection, Caller asker, Budget bytes) {
    this.inspection = inspection;
    this.asker = asker;
    this.bytes = bytes;
    asker.groups(); // looked up while the caller is held in its open
    asker.process();
  }

  @Override
  public ControlFile file() {
    return ControlFile.EXPLAIN;
  }

  @Override
  public synchronized byte[] read(int size, long offset) {
    return Snapshot.slice(answer, size, offset);
  }

  @Override
  public synchronized void write(byte[] bytes, long offset) throws FsException {
    try {
      JsonObject request =
          JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8)).getAsJsonObject();
      answer((Json.decision(explain(request)) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new FsException(Errno.EINVAL, "not a request: " + e.getMessage());
    }
  }

  private void answer(byte[] text) throws FsException {
    bytes.giveBack(asker, answer.length);
    answer = new byte[0];
    bytes.take(asker, text.length);
    answer = text;
  }

  @Override
  public synchronized void close() {
    bytes.giveBack(asker, answer.length);
    answer = new byte[0];
  }

  private Decision explain(JsonObject request) throws FsException {
    String path = text(request, "path", "");
    if (!path.startsWith("/")) {
      throw new FsException(Errno.EINVAL, "the path starts at the root of the mount");
    }
    for (String name : path.substring(1).split("/", -1)) {
      Names.check(name);
    }
    Operation operation = operation(text(request, "operation", "open"));
    Access access = access(text(request, "access", "read-write"));
    FdKind kind = FdKind.byLabel(text(request, "kind", "memfd")).orElse(FdKind.UNKNOWN);
    Caller as = caller(request);
    try {
      return inspection.explain(path, operation, access, kind, as);
    } catch (FsException e) {
      Deny deny = new Deny("path", e.errno(), String.valueOf(e.getMessage()));
      return new Decision(deny, List.of(new Decision.Verdict("path", deny)));
    }
  }

  private static Operation operation(String label) throws FsException {
    return Operation.byLabel(label)
        .orElseThrow(() -> new FsException(Errno.EINVAL, "no such operation: '" + label + "'"));
  }

  private static Access access(String label) throws FsException {
    for (Access access : Access.values()) {
      if (access.toString().equals(label)) {
        return access;
      }
    }
    throw new FsException(Errno.EINVAL, "no such access: '" + label + "'");
  }

  private static String text(JsonObject request, String key, String otherwise) {
    JsonElement value = request.get(key);
    return value == null ? otherwise : value.getAsString();
  }

  private Caller caller(JsonObject request) throws FsException {
    if (!request.has("uid")) {
      return asker;
    }
    int uid = id(request.get("uid"));
    if (uid == asker.uid()) {
      return asker;
    }
    if (!asker.isRoot()) {
      throw new FsException(Errno.EPERM, "only root may ask for another user");
    }
    int gid = request.has("gid") ? id(request.get("gid")) : uid;
    Set<Integer> groups = new HashSet<>();
    if (request.get("groups") instanceof JsonArray listed) {
      listed.forEach(group -> groups.add(id(group)));
    }
    return new Caller(uid, gid, 0, new Imagined(groups));
  }

  private static int id(JsonElement value) {
    return Integer.parseUnsignedInt(value.getAsString());
  }

  /** The process of a user that is asked about: it has groups and nothing else. */
  private record Imagined(Set<Integer> members) implements ProcessTable {
    @Override
    public int processOf(int thread) {
      return 0;
    }

    @Override
    public long startTime(int process) {
      return 0;
    }

    @Override
    public Set<Integer> groups(int thread) {
      return members;
    }

    @Override
    public @Nullable Set<String> capabilities(int thread) {
      return null;
    }

    @Override
    public String executable(int process) {
      return "";
    }

    @Override
    public String cgroup(int process) {
      return "";
    }

    @Override
    public String command(int process) {
      return "";
    }
  }
}
