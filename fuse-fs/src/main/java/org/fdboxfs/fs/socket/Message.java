package org.fdboxfs.fs.socket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.jspecify.annotations.Nullable;

/**
 * What a message asks for: lines of {@code KEY=VALUE}, with the keys of sd_notify(3) where it has
 * one.
 *
 * @param names of the lines {@code FDNAME}, in order, as they were sent
 * @param access of {@code FDACCESS}, null without
 * @param poll of {@code FDPOLL}, null without
 */
record Message(Verb verb, List<String> names, @Nullable Access access, @Nullable Boolean poll) {
  /** What is to be done. */
  enum Verb {
    STORE,
    REMOVE,
    TAKE,
    MOVE,
    LIST,
    BARRIER,
    /** Nothing that concerns us. */
    NONE
  }

  private enum Key {
    FDSTORE,
    FDSTOREREMOVE,
    FDTAKE,
    FDLIST,
    BARRIER,
    FDNAME,
    FDACCESS,
    FDPOLL
  }

  /** Which lines go with which verb, and not with others. */
  private static final Map<Verb, Set<Key>> DETAILS =
      Map.of(
          Verb.STORE, Set.of(Key.FDNAME, Key.FDPOLL),
          Verb.REMOVE, Set.of(Key.FDNAME),
          Verb.TAKE, Set.of(Key.FDNAME, Key.FDACCESS),
          Verb.MOVE, Set.of(Key.FDNAME, Key.FDACCESS),
          Verb.LIST, Set.of(Key.FDNAME),
          Verb.BARRIER, Set.of(),
          Verb.NONE, Set.of(Key.FDNAME, Key.FDPOLL));

  Message {
    names = List.copyOf(names);
  }

  /**
   * Reads a message.
   *
   * @param lenient whether lines with other keys are skipped: a program may tell more than is meant
   *     for us
   * @throws FsException {@code EINVAL} it is not understood; {@code EILSEQ} a name is not UTF-8
   */
  static Message parse(byte[] bytes, boolean lenient) throws FsException {
    return new Reader(lenient).read(bytes);
  }

  private static final class Reader {
    private final boolean lenient;
    private final List<String> names = new ArrayList<>();
    private final Map<Key, String> values = new EnumMap<>(Key.class);
    private final Set<Key> given = new HashSet<>();

    Reader(boolean lenient) {
      this.lenient = lenient;
    }

    Message read(byte[] bytes) throws FsException {
      // Every byte is a character of its own for now: what is not ours need not be UTF-8.
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (text.indexOf('\0') >= 0) {
        throw invalid("a message has no NUL");
      }
      for (String line : text.split("\n", -1)) {
        if (!line.isEmpty()) {
          readLine(line);
        }
      }
      Verb verb = verb();
      Set<Key> allowed = DETAILS.getOrDefault(verb, Set.of());
      for (Key key : given) {
        if (!isVerb(key) && !allowed.contains(key)) {
          throw invalid(key + " does not go with that");
        }
      }
      return new Message(verb, names, access(), poll());
    }

    private void readLine(String line) throws FsException {
      int equals = line.indexOf('=');
      if (equals <= 0) {
        if (lenient) {
          return;
        }
        throw invalid("a line is not KEY=VALUE");
      }
      Key key = key(line.substring(0, equals));
      if (key == null) {
        return;
      }
      String value = line.substring(equals + 1);
      given.add(key);
      if (key == Key.FDNAME) {
        names.add(utf8(value));
      } else if (values.put(key, value) != null) {
        throw invalid(key + " is given twice");
      }
    }

    private @Nullable Key key(String word) throws FsException {
      for (Key key : Key.values()) {
        if (key.name().equals(word)) {
          return key;
        }
      }
      if (lenient) {
        return null;
      }
      throw invalid("a key is not known");
    }

    private static String utf8(String bytes) throws FsException {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
            .toString();
      } catch (CharacterCodingException e) {
        throw new FsException(Errno.EILSEQ, "a name is not UTF-8");
      }
    }

    private static boolean isVerb(Key key) {
      return switch (key) {
        case FDSTORE, FDSTOREREMOVE, FDTAKE, FDLIST, BARRIER -> true;
        case FDNAME, FDACCESS, FDPOLL -> false;
      };
    }

    private Verb verb() throws FsException {
      Verb found = Verb.NONE;
      for (Map.Entry<Key, String> each : values.entrySet()) {
        if (isVerb(each.getKey())) {
          if (found != Verb.NONE) {
            throw invalid("a message asks for one thing");
          }
          found = verb(each.getKey(), each.getValue());
        }
      }
      if (found == Verb.NONE && !lenient) {
        throw invalid("nothing is asked for");
      }
      return found;
    }

    private static Verb verb(Key key, String value) throws FsException {
      if (key == Key.FDTAKE && value.equals("move")) {
        return Verb.MOVE;
      }
      if (!value.equals("1")) {
        throw invalid(key + " has no such value");
      }
      return switch (key) {
        case FDSTORE -> Verb.STORE;
        case FDSTOREREMOVE -> Verb.REMOVE;
        case FDTAKE -> Verb.TAKE;
        case FDLIST -> Verb.LIST;
        default -> Verb.BARRIER;
      };
    }

    private @Nullable Access access() throws FsException {
      String value = values.get(Key.FDACCESS);
      if (value == null) {
        return null;
      }
      for (Access access : Access.values()) {
        if (access.toString().equals(value)) {
          return access;
        }
      }
      throw invalid("FDACCESS is read, write or read-write");
    }

    private @Nullable Boolean poll() throws FsException {
      String value = values.get(Key.FDPOLL);
      if (value == null) {
        return null;
      }
      return switch (value) {
        case "0" -> false;
        case "1" -> true;
        default -> throw invalid("FDPOLL is 0 or 1");
      };
    }

    private static FsException invalid(String reason) {
      return new FsException(Errno.EINVAL, reason);
    }
  }
}
