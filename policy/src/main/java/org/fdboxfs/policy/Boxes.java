package org.fdboxfs.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Event.Subject;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Directory;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;
import org.jspecify.annotations.Nullable;

/** Boxes as wholes, for front ends that show each as a thing of its own. */
public final class Boxes {
  /**
   * A box at one moment.
   *
   * @param inode tells it from another of the same name, later
   */
  public record View(String name, long inode, boolean sealed) {}

  private final Guard guard;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  Boxes(Guard guard) {
    this.guard = guard;
  }

  /** All there are, in no order; who may know of them is for the front end to see to. */
  public List<View> all() {
    return unrefused(
        () -> {
          List<View> views = new ArrayList<>();
          for (Node node : guard.registry().root().children()) {
            if (node instanceof Box box) {
              views.add(view(box));
            }
          }
          return views;
        });
  }

  /** The box with that name. */
  public Optional<View> named(String name) {
    return unrefused(() -> viewOf(guard.registry().root().child(name)));
  }

  /** The box with that inode number, under the name that it has now. */
  public Optional<View> at(long inode) {
    return unrefused(() -> viewOf(guard.registry().byInode(inode)));
  }

  private static Optional<View> viewOf(@Nullable Node node) {
    return node instanceof Box box ? Optional.of(view(box)) : Optional.empty();
  }

  private static View view(Box box) {
    return new View(box.name(), box.inode(), box.isSealed());
  }

  /**
   * Adds who is told when a box was made, removed or renamed, on the thread that did it and outside
   * the guard's lock.
   */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Not under the lock. */
  void changed() {
    listeners.forEach(Runnable::run);
  }

  /**
   * Removes a box with all that is in it, in one step: by who may unseal it, if it is sealed, let
   * go of each entry, and remove each directory. Who has an entry open keeps what it has.
   *
   * @throws FsException {@code ENOENT}; what the rules say of any of these steps: then nothing is
   *     removed
   */
  public void remove(String name, Caller caller) throws FsException {
    List<Place> places = new ArrayList<>();
    List<Descriptor> descriptors = new ArrayList<>();
    guard.run(
        () -> {
          if (!(guard.registry().root().child(name) instanceof Box box)) {
            throw new FsException(Errno.ENOENT, "no such box");
          }
          List<Node> doomed = new ArrayList<>();
          collect(box, doomed);
          permit(box, doomed, caller);
          for (Node node : doomed) {
            Place place = Place.of(node);
            Subject subject = Subject.of(node);
            places.add(place);
            Operation operation = operationOn(node);
            if (node instanceof Entry entry) {
              descriptors.add(guard.detach(entry));
            } else {
              guard.registry().remove(node);
            }
            guard.happened(operation.label(), caller, place, "", subject);
          }
        });
    descriptors.forEach(Descriptor::close);
    places.forEach(guard::tellGone);
    changed();
  }

  /** Under the lock: what is below comes before what it is in. */
  private static void collect(Directory directory, List<Node> into) {
    for (Node child : directory.children()) {
      if (child instanceof Directory below) {
        collect(below, into);
      } else {
        into.add(child);
      }
    }
    into.add(directory);
  }

  private static Operation operationOn(Node node) {
    return node instanceof Entry ? Operation.REMOVE : Operation.RMDIR;
  }

  /** Under the lock: asks for each step as if it came alone; a refusal leaves the seal on. */
  private void permit(Box box, List<Node> doomed, Caller caller) throws FsException {
    Registry registry = guard.registry();
    boolean sealed = box.isSealed();
    boolean permitted = false;
    if (sealed) {
      guard.permit(Request.about(registry, Operation.UNSEAL, caller, box, Access.READ_WRITE));
      box.setSealed(false, registry.now());
    }
    try {
      for (Node node : doomed) {
        guard.permit(Request.about(registry, operationOn(node), caller, node, Access.READ_WRITE));
      }
      permitted = true;
    } finally {
      if (sealed && !permitted) {
        box.setSealed(true, registry.now());
      }
    }
    if (sealed) {
      guard.happened("unseal", caller, Place.of(box), "", Subject.of(box));
    }
  }

  private <T> T unrefused(Guard.Step<T> step) {
    try {
      return guard.locked(step);
    } catch (FsException e) {
      throw new IllegalStateException("looking cannot be refused", e);
    }
  }
}
