package org.fdboxfs.policy.config;

import java.util.EnumMap;
import java.util.Map;
import org.fdboxfs.policy.experiment.FrontEnd;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a text for all front ends, or one for each. */
final class FrontEndTexts {
  private FrontEndTexts() {}

  static Map<FrontEnd, String> read(Node node, String key, int longest, ScenarioValues values) {
    Map<FrontEnd, String> texts = new EnumMap<>(FrontEnd.class);
    String what = "'" + key + "'";
    Map<String, Node> each = values.byFrontEnd(node, what);
    if (each == null) {
      String text = values.text(node, what, longest);
      for (FrontEnd frontEnd : text == null ? new FrontEnd[0] : FrontEnd.values()) {
        texts.put(frontEnd, text);
      }
      return texts;
    }
    each.forEach(
        (label, of) -> {
          String text = values.text(of, what, longest);
          if (text != null) {
            FrontEnd.byLabel(label).ifPresent(frontEnd -> texts.put(frontEnd, text));
          }
        });
    return texts;
  }
}
