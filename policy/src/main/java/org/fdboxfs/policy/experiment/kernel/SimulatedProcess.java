package org.fdboxfs.policy.experiment.kernel;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Caller.Power;
import org.fdboxfs.model.Caller.ProcessKey;
import org.fdboxfs.registry.Node;
import org.jspecify.annotations.Nullable;

/** A process: who it is, and its table of descriptors, by the names that the scenario gives. */
public final class SimulatedProcess {
  private final ProcessKey key;
  private final String actor;
  private final Credentials credentials;
  private final Set<Power> powers;
  private final Machine machine;
  private final TreeMap<String, Held> table = new TreeMap<>();

  SimulatedProcess(ProcessKey key, String actor, Credentials credentials, Machine machine) {
    this.key = key;
    this.actor = actor;
    this.credentials = credentials;
    this.powers = credentials.powers();
    this.machine = machine;
  }

  public ProcessKey key() {
    return key;
  }

  /** Whose process it is, in the scenario. */
  public String actor() {
    return actor;
  }

  public Credentials credentials() {
    return credentials;
  }

  /** As it makes a system call on the mount; the kernel that would check its modes is not there. */
  public Caller onMount() {
    return Caller.unchecked(
        credentials.uid(), credentials.gid(), credentials.groups(), key, powers, machine);
  }

  /** As it connects to the exchange socket. */
  public Caller onSocket() {
    boolean overrides = powers.contains(Power.DAC_OVERRIDE);
    return Caller.peer(
        credentials.uid(), credentials.gid(), credentials.groups(), key, overrides, machine);
  }

  /** Whether it is the owner of a node. */
  public boolean owns(Node node) {
    return credentials.uid() == node.uid();
  }

  /** What a name of the table is; null when it is nothing, or not any more. */
  public @Nullable Held held(String name) {
    return table.get(name);
  }

  /** All of the table, by name. */
  public SortedMap<String, Held> table() {
    return Collections.unmodifiableSortedMap(table);
  }

  /** The table gets a descriptor. */
  public void hold(String name, Held held) {
    table.put(name, held);
  }

  /** Takes a descriptor out of the table. */
  public @Nullable Held drop(String name) {
    return table.remove(name);
  }

  /** Whether a descriptor of it is of an open file. */
  boolean has(OpenFile file) {
    return table.values().stream().anyMatch(held -> held.files().contains(file));
  }
}
