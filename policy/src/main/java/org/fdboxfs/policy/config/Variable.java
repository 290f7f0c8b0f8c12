package org.fdboxfs.policy.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Credentials;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.policy.rule.LinkRule;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code when:} expression can ask about a request. {@code entry} is what the request is
 * about, be it an entry, a directory or a box. Of what does not exist yet it tells what will be:
 * the name, the kind, the caller as owner, and the mode of a new entry.
 *
 * @param value looked up when an expression asks for it, for some look-ups cost system calls;
 *     throws {@link UnknownFact} when nobody can say
 */
record Variable(String name, Type type, Function<Request, Object> value) {
  /** What a value is. */
  enum Type {
    INT,
    BOOL,
    STRING,
    INT_LIST,
    STRING_LIST
  }

  /** The only one that changes while nothing happens. */
  static final String AGE = "entry.age";

  private static final int NEW_ENTRY_MODE = 0600;
  private static final int NEW_DIRECTORY_MODE = 0700;

  /** Claims that are looked through for those of the caller. */
  private static final int MOST_CLAIMS = 4096;

  /** All of them by name. */
  static final Map<String, Variable> ALL = byName();

  private static Map<String, Variable> byName() {
    List<Variable> all = new ArrayList<>();
    all.addAll(ofCaller());
    all.addAll(ofEntry());
    all.addAll(ofPutter("entry.putter", Request::node));
    all.addAll(ofBox());
    all.addAll(ofPutter("box.putter", Request::box));
    all.add(text("operation", request -> request.operation().label()));
    all.add(text("purpose", Request::purpose));
    all.add(text("access", request -> request.access().toString()));
    Map<String, Variable> byName = new LinkedHashMap<>();
    all.forEach(each -> byName.put(each.name, each));
    return Collections.unmodifiableMap(byName);
  }

  private static List<Variable> ofCaller() {
    return List.of(
        number("caller.uid", request -> unsigned(request.caller().uid())),
        number("caller.gid", request -> unsigned(request.caller().gid())),
        number("caller.pid", request -> request.caller().process()),
        new Variable("caller.groups", Type.INT_LIST, request -> groups(request.caller())),
        new Variable(
            "caller.capabilities",
            Type.STRING_LIST,
            request ->
                capabilities(request.caller().capabilities(), "what capabilities the caller has")),
        text(
            "caller.cgroup",
            request ->
                UnknownFact.unlessEmpty(
                    request.caller().cgroup(), "what control group the caller is in")),
        text(
            "caller.executable",
            request ->
                UnknownFact.unlessEmpty(
                    request.caller().executable(), "what file the caller runs")),
        number("caller.claims", Variable::ownClaims),
        number("caller.members", Variable::ownMembers),
        flag("caller.madeBox", Variable::madeBox));
  }

  private static List<Variable> ofEntry() {
    return List.of(
        text("entry.name", Request::name),
        text("entry.path", Request::pathInBox),
        text("entry.kind", Variable::kind),
        number("entry.uid", request -> uid(request, request.node())),
        number("entry.gid", request -> gid(request, request.node())),
        number("entry.mode", Variable::mode),
        number("entry.claims", Variable::claims),
        number("entry.writers", Variable::writers),
        number(AGE, Variable::age),
        flag("entry.exists", request -> request.node() != null),
        flag("entry.restored", request -> false)); // nothing restores entries yet
  }

  private static List<Variable> ofBox() {
    return List.of(
        text("box.name", Request::boxName),
        number("box.uid", request -> uid(request, request.box())),
        number("box.gid", request -> gid(request, request.box())),
        number("box.mode", Variable::boxMode),
        flag("box.sealed", Variable::boxSealed),
        number("box.entries", Variable::boxEntries));
  }

  /** Who put a node; of one that does not exist yet, the caller will have. */
  private static List<Variable> ofPutter(String prefix, Function<Request, @Nullable Node> of) {
    String who = "who put this " + prefix.substring(0, prefix.indexOf('.'));
    Function<Request, Credentials> putter =
        request -> {
          Node node = of.apply(request);
          return node == null
              ? request.caller().credentials()
              : UnknownFact.unlessNull(node.putter(), who);
        };
    return List.of(
        number(prefix + ".uid", request -> unsigned(putter.apply(request).uid())),
        number(prefix + ".gid", request -> unsigned(putter.apply(request).gid())),
        new Variable(
            prefix + ".groups",
            Type.INT_LIST,
            request -> {
              Credentials found = putter.apply(request);
              return groups(found.gid(), found.groups(), "what groups had " + who);
            }),
        new Variable(
            prefix + ".capabilities",
            Type.STRING_LIST,
            request ->
                capabilities(putter.apply(request).capabilities(), "what capabilities had " + who)),
        text(
            prefix + ".cgroup",
            request ->
                UnknownFact.unlessEmpty(
                    putter.apply(request).cgroup(), "in what control group was " + who)),
        text(
            prefix + ".executable",
            request ->
                UnknownFact.unlessEmpty(
                    putter.apply(request).executable(), "what file ran " + who)));
  }

  /** The words that can follow others and a dot; nothing when no variable starts with them. */
  static List<String> fieldsOf(String words) {
    String prefix = words + ".";
    return ALL.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()).split("\\.", 2)[0])
        .distinct()
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

  private static List<Long> groups(Caller caller) {
    return groups(caller.gid(), caller.knownGroups(), "what groups the caller has");
  }

  /** All groups, the primary one too, as the kernel checks them. */
  private static List<Long> groups(int gid, @Nullable Set<Integer> supplementary, String what) {
    LongStream others =
        UnknownFact.unlessNull(supplementary, what).stream().mapToLong(Variable::unsigned);
    return LongStream.concat(LongStream.of(unsigned(gid)), others)
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }

  private static List<String> capabilities(@Nullable Set<String> names, String what) {
    return List.copyOf(UnknownFact.unlessNull(names, what));
  }

  /** How many claims on the entry the caller's process has. */
  private static long ownClaims(Request request) {
    Entry entry = request.entry();
    return entry == null ? 0 : ownClaims(entry, request.caller(), MOST_CLAIMS);
  }

  private static int ownClaims(Entry entry, Caller caller, int most) {
    if (entry.claims().size() > most) {
      throw new UnknownFact("there are too many claims to tell whose they are");
    }
    int own = 0;
    for (Claim claim : entry.claims()) {
      own += LinkRule.isOf(claim.process(), caller) ? 1 : 0;
    }
    return own;
  }

  /** How many of the entries in the same directory the caller's process has claimed. */
  private static long ownMembers(Request request) {
    int left = MOST_CLAIMS;
    int own = 0;
    for (Entry member : request.directory().claimed()) {
      own += ownClaims(member, request.caller(), left) > 0 ? 1 : 0;
      left -= member.claims().size();
    }
    return own;
  }

  private static boolean madeBox(Request request) {
    Box box = request.box();
    return box == null || request.caller().processKey().equals(box.maker());
  }

  /** Seconds since it was put. */
  private static long age(Request request) {
    Node node = request.node();
    return node == null
        ? 0
        : Math.max(0, request.registry().now().seconds() - node.made().seconds());
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
