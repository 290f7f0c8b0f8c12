package org.fdboxfs.policy.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code when:} expression can ask about a request. {@code entry} is what the request is
 * about, be it an entry, a directory or a box. Of what does not exist yet it tells what will be:
 * the name, the kind, the caller as owner, and the mode of a new entry.
 *
 * @param value looked up when an expression asks for it, for some look-ups cost system calls
 */
record Variable(String name, Type type, Function<Request, Object> value) {
  /** What a value is. */
  enum Type {
    INT,
    BOOL,
    STRING,
    INT_LIST
  }

  private static final int NEW_ENTRY_MODE = 0600;
  private static final int NEW_DIRECTORY_MODE = 0700;

  /** All of them by name. */
  static final Map<String, Variable> ALL =
      byName(
          number("caller.uid", request -> unsigned(request.caller().uid())),
          number("caller.gid", request -> unsigned(request.caller().gid())),
          number("caller.pid", request -> request.caller().process()),
          new Variable("caller.groups", Type.INT_LIST, request -> groups(request.caller())),
          text("caller.cgroup", request -> request.caller().cgroup()),
          text("entry.name", Request::name),
          text("entry.path", Request::pathInBox),
          text("entry.kind", Variable::kind),
          number("entry.uid", request -> uid(request, request.node())),
          number("entry.gid", request -> gid(request, request.node())),
          number("entry.mode", Variable::mode),
          number("entry.claims", Variable::claims),
          number("entry.writers", Variable::writers),
          flag("entry.exists", request -> request.node() != null),
          text("box.name", Request::boxName),
          number("box.uid", request -> uid(request, request.box())),
          number("box.gid", request -> gid(request, request.box())),
          number("box.mode", Variable::boxMode),
          flag("box.sealed", Variable::boxSealed),
          number("box.entries", Variable::boxEntries),
          text("operation", request -> request.operation().label()),
          text("access", request -> request.access().toString()));

  private static Map<String, Variable> byName(Variable... variables) {
    Map<String, Variable> all = new LinkedHashMap<>();
    for (Variable variable : variables) {
      all.put(variable.name, variable);
    }
    return all;
  }

  /** What can follow a word and its dot; nothing when no variable starts with it. */
  static List<String> fieldsOf(String word) {
    String prefix = word + ".";
    return ALL.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  private static Variable number(String name, ToLongFunction<Request> value) {
    return new Variable(name, Type.INT, value::applyAsLong);
  }

  private static Variable text(String name, Function<Request, String> value) {
    return new Variable(name, Type.STRING, value::apply);
  }

  private static Variable flag(String name, Predicate<Request> value) {
    return new Variable(name, Type.BOOL, value::test);
  }

  /** Ids are unsigned in the kernel; -2 is nobody's id of 4294967294. */
  private static long unsigned(int id) {
    return Integer.toUnsignedLong(id);
  }

  /** All groups of the caller, the primary one too, as the kernel checks them. */
  private static List<Long> groups(Caller caller) {
    LongStream supplementary = caller.groups().stream().mapToLong(Variable::unsigned);
    return LongStream.concat(LongStream.of(unsigned(caller.gid())), supplementary)
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  private static String kind(Request request) {
    FdKind kind = request.kind();
    return kind == null ? "" : kind.label();
  }

  private static long uid(Request request, @Nullable Node node) {
    return unsigned(node == null ? request.caller().uid() : node.uid());
  }

  private static long gid(Request request, @Nullable Node node) {
    return unsigned(node == null ? request.caller().gid() : node.gid());
  }

  private static long mode(Request request) {
    Node node = request.node();
    if (node != null) {
      return node.mode();
    }
    return request.kind() == null ? NEW_DIRECTORY_MODE : NEW_ENTRY_MODE;
  }

  private static long claims(Request request) {
    Entry entry = request.entry();
    return entry == null ? 0 : entry.claims().size();
  }

  private static long writers(Request request) {
    Entry entry = request.entry();
    return entry == null ? 0 : entry.writers();
  }

  private static long boxMode(Request request) {
    Box box = request.box();
    return box == null ? NEW_DIRECTORY_MODE : box.mode();
  }

  private static boolean boxSealed(Request request) {
    Box box = request.box();
    return box != null && box.isSealed();
  }

  private static long boxEntries(Request request) {
    Box box = request.box();
    return box == null ? 0 : box.entries();
  }
}
