package org.fdboxfs.app.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.function.Predicate;

/** The part of a mount's status that a path names; what is not understood in it stays as it is. */
final class Selection {
  private Selection() {}

  /**
   * Leaves only what lies at or below a path.
   *
   * @param path within the mount, without slashes at its ends; empty for all of it
   */
  static void apply(JsonObject status, String path) {
    if (path.isEmpty()) {
      return;
    }
    int slash = path.indexOf('/');
    String name = slash < 0 ? path : path.substring(0, slash);
    keep(status, "boxes", box -> name.equals(text(box, "name")));
    if (slash < 0) {
      return;
    }
    String rest = path.substring(slash + 1);
    for (JsonElement box : array(status, "boxes")) {
      keep(box.getAsJsonObject(), "groups", group -> isAtOrBelow(text(group, "path"), rest));
      keep(box.getAsJsonObject(), "entries", entry -> isAtOrBelow(text(entry, "path"), rest));
    }
  }

  private static void keep(JsonObject parent, String key, Predicate<JsonObject> wanted) {
    JsonArray kept = new JsonArray();
    for (JsonElement element : array(parent, key)) {
      if (element.isJsonObject() && wanted.test(element.getAsJsonObject())) {
        kept.add(element);
      }
    }
    parent.add(key, kept);
  }

  private static JsonArray array(JsonObject parent, String key) {
    JsonElement value = parent.get(key);
    return value != null && value.isJsonArray() ? value.getAsJsonArray() : new JsonArray();
  }

  private static String text(JsonObject parent, String key) {
    JsonElement value = parent.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private static boolean isAtOrBelow(String candidate, String path) {
    return candidate.equals(path) || candidate.startsWith(path + "/");
  }
}
