package org.fdboxfs.policy.experiment;

import java.util.Map;
import java.util.TreeMap;
import org.fdboxfs.registry.Box;
import org.fdboxfs.registry.Node;

/**
 * What is in the boxes that are sealed.
 *
 * @param boxes by name
 */
record Sealed(Map<String, String> boxes) {
  static Sealed of(Simulation simulation) {
    Map<String, String> boxes = new TreeMap<>();
    for (Node node : simulation.registry().root().children()) {
      if (node instanceof Box box && box.isSealed()) {
        boxes.put(box.name(), StateText.ofTree(simulation, box));
      }
    }
    return new Sealed(boxes);
  }
}
