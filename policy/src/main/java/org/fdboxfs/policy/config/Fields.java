package org.fdboxfs.policy.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A mapping of the file, of which every key is known and stands once. */
final class Fields {
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();

  private Fields(int line) {
    this.line = line;
  }

  /**
   * Reads a mapping and reports keys that are unknown or repeated.
   *
   * @param what the mapping is, for messages
   * @param noun what its keys are, for messages
   * @return null when the node is no mapping, which is reported
   */
  static @Nullable Fields of(
      Node node, String what, String noun, Collection<String> known, Problems problems) {
    if (!(node instanceof MappingNode mapping)) {
      problems.add(node, what + " takes a mapping, not " + Values.describe(node));
      return null;
    }
    Fields fields = new Fields(Problems.lineOf(node));
    for (NodeTuple tuple : mapping.getValue()) {
      fields.add(tuple, noun, known, problems);
    }
    return fields;
  }

  private void add(NodeTuple tuple, String noun, Collection<String> known, Problems problems) {
    Node key = tuple.getKeyNode();
    if (!(key instanceof ScalarNode scalar)) {
      problems.add(key, "a " + noun + " is a word, not " + Values.describe(key));
    } else if (!known.contains(scalar.getValue())) {
      problems.add(key, Words.unknown(noun, scalar.getValue(), known));
    } else {
      Node first = values.putIfAbsent(scalar.getValue(), tuple.getValueNode());
      if (first != null) {
        problems.add(key, "duplicate " + noun + " '" + scalar.getValue() + "'");
      }
    }
  }

  /** Where the mapping starts, from 1. */
  int line() {
    return line;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  @Nullable Node get(String key) {
    return values.get(key);
  }

  /** What stands under a key, unless nothing does: of a section, all lines may be commented out. */
  @Nullable Node section(String key) {
    Node value = values.get(key);
    return value == null || Values.isNothing(value) ? null : value;
  }

  /** The known keys that are there, in the order of the file. */
  Map<String, Node> values() {
    return values;
  }
}
