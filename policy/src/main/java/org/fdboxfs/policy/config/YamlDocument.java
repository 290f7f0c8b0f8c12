package org.fdboxfs.policy.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fdboxfs.policy.config.PolicyFormatException.Problem;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * From text to a tree of YAML nodes, without the parts of YAML that only serve to surprise or to
 * exhaust: no aliases, no tags, one document, little nesting.
 */
final class YamlDocument {
  /** Longest text in bytes. */
  static final int MAX_BYTES = 1 << 20;

  /** Deepest nesting; the format needs six. */
  static final int MAX_DEPTH = 16;

  private static final int LONGEST_MESSAGE = 200;

  private final String text;
  private final String what;
  private final LoadSettings settings;
  private final Problems problems = new Problems();

  private YamlDocument(String text, String what) {
    this.text = text;
    this.what = what;
    this.settings = LoadSettings.builder().setLabel(what).build();
  }

  /**
   * Reads a text.
   *
   * @param what the text is, for messages
   * @return the root, or nothing when the text has no content
   */
  static Optional<Node> read(String text, String what) throws PolicyFormatException {
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused(1, "longer than " + MAX_BYTES + " bytes");
    }
    return new YamlDocument(text, what).read();
  }

  private Optional<Node> read() throws PolicyFormatException {
    try {
      checkEvents();
      problems.throwIfAny();
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      throw refused(e.getProblemMark().or(e::getContextMark), e.getProblem());
    } catch (ReaderException e) {
      throw refused(lineAt(e.getPosition()), "a character that YAML does not allow");
    } catch (YamlEngineException e) {
      throw refused(1, "not YAML: " + e.getMessage());
    }
  }

  /** A pass without recursion, ahead of the composer, which recurses into whatever it finds. */
  private void checkEvents() throws PolicyFormatException {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case DocumentStart -> documents = countDocument(event, documents);
        case SequenceStart, MappingStart -> depth = countLevel(event, depth);
        case SequenceEnd, MappingEnd -> depth--;
        case Alias -> problems.add(lineOf(event), "aliases are not supported");
        default -> {}
      }
      if (event instanceof NodeEvent node && event.getEventId() != Event.ID.Alias) {
        checkProperties(node);
      }
    }
  }

  private int countDocument(Event event, int before) {
    if (before == 1) {
      problems.add(lineOf(event), "a second document; " + what + " is one");
    }
    return before + 1;
  }

  private int countLevel(Event event, int before) throws PolicyFormatException {
    if (before == MAX_DEPTH) {
      throw refused(lineOf(event), "nested deeper than " + MAX_DEPTH + " levels");
    }
    return before + 1;
  }

  private void checkProperties(NodeEvent event) {
    if (event.getAnchor().isPresent()) {
      problems.add(lineOf(event), "anchors are not supported");
    }
    if (tagOf(event).isPresent()) {
      problems.add(lineOf(event), "tags are not supported");
    }
  }

  private static Optional<String> tagOf(NodeEvent event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
  }

  private int lineAt(int position) {
    int before = Math.max(0, Math.min(position, text.length()));
    return 1 + (int) text.substring(0, before).chars().filter(c -> c == '\n').count();
  }

  private static int lineOf(Event event) {
    return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static PolicyFormatException refused(Optional<Mark> mark, String message) {
    return refused(mark.map(at -> at.getLine() + 1).orElse(1), "not YAML: " + message);
  }

  private static PolicyFormatException refused(int line, String message) {
    String shown = Words.oneLine(message, LONGEST_MESSAGE);
    return new PolicyFormatException(List.of(new Problem(line, shown)));
  }
}
