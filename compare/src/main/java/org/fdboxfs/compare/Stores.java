package org.fdboxfs.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.jspecify.annotations.Nullable;

/**
 * Mounts to play on, at most one of each front end. One that has the right policy is emptied and
 * used again, since to mount takes longer than most scenarios. Closing unmounts them.
 */
final class Stores implements AutoCloseable {
  private final Path launcher;
  private final Path work;
  private final Map<FrontEnd, Store> open = new ConcurrentHashMap<>();

  /**
   * Prepares them.
   *
   * @param launcher of an installed tree
   * @param work an existing directory that every user may enter
   */
  Stores(Path launcher, Path work) {
    this.launcher = launcher;
    this.work = work;
  }

  /**
   * An empty one, which stays the property of this object.
   *
   * @param policy null for the default
   * @throws ComparisonException it cannot be mounted
   */
  Store empty(FrontEnd frontEnd, @Nullable Path policy) throws IOException, ComparisonException {
    Store store = open.get(frontEnd);
    if (store != null && store.hasPolicy(policy)) {
      store.clear();
      return store;
    }
    if (store != null) {
      open.remove(frontEnd);
      store.close();
    }
    Store fresh = Store.mount(launcher, work, frontEnd, policy);
    open.put(frontEnd, fresh);
    return fresh;
  }

  /** Removes one that something went wrong with. */
  void discard(FrontEnd frontEnd) {
    Store store = open.remove(frontEnd);
    if (store != null) {
      store.abandon();
    }
  }

  /** Removes all, whatever they are used for, from any thread. */
  void abandon() {
    open.values().forEach(Store::abandon);
  }

  @Override
  public void close() throws IOException, ComparisonException {
    List<Store> all = new ArrayList<>(open.values());
    open.clear();
    for (Store store : all) {
      store.close();
    }
  }
}
