package org.fdboxfs.model;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: the credentials that the kernel vouches for, and what can be looked up about the
 * calling process. Look-ups cost system calls, so each is made when it is first asked for and kept.
 *
 * <p>Used by one thread at a time, while the caller waits for its answer. What outlives the call
 * must be asked for before ({@link #process}).
 */
public final class Caller {
  /**
   * A process, told apart from a later one with the same id by its start time.
   *
   * @param startTime 0 when it was not asked for
   */
  public record ProcessKey(int pid, long startTime) {
    private static final AtomicLong NEXT_ENDED = new AtomicLong(-1);

    /**
     * One that is gone: only the id is known that it once had, so it is the same as no other, of
     * whatever id.
     */
    public static ProcessKey ended(int pid) {
      return new ProcessKey(pid, NEXT_ENDED.getAndDecrement());
    }
  }

  /** The capabilities that let somebody do what modes and owners forbid, see capabilities(7). */
  public enum Power {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID
  }

  private static final Set<Power> ALL_POWERS =
      Collections.unmodifiableSet(EnumSet.allOf(Power.class));

  private final int uid;
  private final int gid;
  private final int thread;
  private final ProcessTable table;
  private final boolean modesChecked;
  private final boolean root;
  private final Set<Power> powers;

  /** Whether the kernel holds the thread in its call, so that its ids are nobody else's. */
  private boolean inCall;

  private int process = -1;
  private @Nullable ProcessKey key;
  private boolean groupsLookedUp;
  private @Nullable Set<Integer> groups;
  private boolean capabilitiesLookedUp;
  private @Nullable Set<String> capabilities;
  private @Nullable String cgroup;
  private @Nullable String executable;
  private @Nullable Credentials credentials;

  /**
   * Who makes a system call on the mount, where the kernel has compared modes and owners already.
   *
   * @param uid filesystem uid of the calling thread
   * @param gid filesystem gid
   * @param thread id of the calling thread, 0 when it is not in our pid namespace
   */
  public Caller(int uid, int gid, int thread, ProcessTable table) {
    this(uid, gid, thread, table, true, uid == 0, allOrNone(uid == 0));
  }

  private Caller(
      int uid,
      int gid,
      int thread,
      ProcessTable table,
      boolean modesChecked,
      boolean root,
      Set<Power> powers) {
    this.uid = uid;
    this.gid = gid;
    this.thread = thread;
    this.table = table;
    this.modesChecked = modesChecked;
    this.root = root;
    this.powers = powers;
    this.inCall = modesChecked;
  }

  private static Set<Power> allOrNone(boolean all) {
    return all ? ALL_POWERS : Set.of();
  }

  /**
   * Who sent a message over a socket: nobody has compared modes and owners yet.
   *
   * @param groups supplementary groups; null when they are not known
   * @param process that it is, as far as it is known
   * @param overrides whether it may do what modes and owners forbid, if its uid is 0
   *     (CAP_DAC_OVERRIDE)
   */
  public static Caller peer(
      int uid,
      int gid,
      @Nullable Set<Integer> groups,
      ProcessKey process,
      boolean overrides,
      ProcessTable table) {
    boolean root = uid == 0 && overrides;
    return known(uid, gid, groups, process, root, allOrNone(root), table);
  }

  /**
   * Who makes a system call as on a mount, where nobody has compared modes and owners yet.
   *
   * @param groups supplementary groups
   */
  public static Caller unchecked(
      int uid,
      int gid,
      Set<Integer> groups,
      ProcessKey process,
      Set<Power> powers,
      ProcessTable table) {
    return known(uid, gid, groups, process, uid == 0, Set.copyOf(powers), table);
  }

  private static Caller known(
      int uid,
      int gid,
      @Nullable Set<Integer> groups,
      ProcessKey process,
      boolean root,
      Set<Power> powers,
      ProcessTable table) {
    Caller caller = new Caller(uid, gid, process.pid(), table, false, root, powers);
    caller.process = process.pid();
    caller.key = process;
    caller.groups = groups == null ? null : Set.copyOf(groups);
    caller.groupsLookedUp = true;
    return caller;
  }

  /** The same caller, of whom modes and owners have been compared for one request. */
  public Caller asChecked() {
    if (modesChecked) {
      return this;
    }
    Caller checked = new Caller(uid, gid, thread, table, true, root, powers);
    checked.process = process();
    checked.key = processKey();
    checked.groups = knownGroups();
    checked.groupsLookedUp = true;
    checked.inCall = false;
    return checked;
  }

  /** Whether the kernel has compared modes and owners before it asked. */
  public boolean modesChecked() {
    return modesChecked;
  }

  public int uid() {
    return uid;
  }

  public int gid() {
    return gid;
  }

  public int thread() {
    return thread;
  }

  /** The process id, 0 when the caller is outside our pid namespace. */
  public int process() {
    if (process < 0) {
      process = thread == 0 ? 0 : table.processOf(thread);
    }
    return process;
  }

  public ProcessKey processKey() {
    if (key == null) {
      key = new ProcessKey(process(), table.startTime(process()));
    }
    return key;
  }

  /** Supplementary groups; none when they are not known. */
  public Set<Integer> groups() {
    Set<Integer> known = knownGroups();
    return known == null ? Set.of() : known;
  }

  /** Supplementary groups; null when they cannot be found out. */
  public @Nullable Set<Integer> knownGroups() {
    if (!groupsLookedUp) {
      groups = table.groups(thread);
      groupsLookedUp = true;
    }
    return groups;
  }

  public boolean inGroup(int wanted) {
    return gid == wanted || groups().contains(wanted);
  }

  /**
   * Names of the effective capabilities, see {@link ProcessTable#capabilities}; null when they
   * cannot be found out.
   */
  public @Nullable Set<String> capabilities() {
    if (!capabilitiesLookedUp) {
      capabilities = isItself() ? table.capabilities(thread) : null;
      capabilitiesLookedUp = true;
    }
    return capabilities;
  }

  /** Empty when it is not known, also when the process is gone and its id another's. */
  public String cgroup() {
    if (cgroup == null) {
      cgroup = isItself() ? table.cgroup(process()) : "";
    }
    return cgroup;
  }

  /** Whether it has a capability, where that was told or goes with being root. */
  public boolean has(Power power) {
    return powers.contains(power);
  }

  /** The file that the process runs; empty as {@link #cgroup}. */
  public String executable() {
    if (executable == null) {
      executable = isItself() ? table.executable(process()) : "";
    }
    return executable;
  }

  /** All that can be found out of it now. */
  public Credentials credentials() {
    if (credentials == null) {
      credentials =
          new Credentials(uid, gid, knownGroups(), capabilities(), cgroup(), executable());
    }
    return credentials;
  }

  /** Whether what the table says of the process id is said of the caller. */
  private boolean isItself() {
    return inCall || table.startTime(process()) == processKey().startTime();
  }

  /** Whether modes and owners do not stop it. */
  public boolean isRoot() {
    return root;
  }

  @Override
  public String toString() {
    return "uid " + Integer.toUnsignedString(uid) + " pid " + process();
  }
}
