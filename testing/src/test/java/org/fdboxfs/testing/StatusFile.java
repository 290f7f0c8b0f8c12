package org.fdboxfs.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Finds things in {@code .fdbox/status}. */
final class StatusFile {
  private StatusFile() {}

  /** The box of a test. */
  static JsonObject box(TestBox box) {
    return named(box.mount().status(), "boxes", "name", box.name());
  }

  /** An entry of it. */
  static JsonObject entry(TestBox box, String path) {
    return named(box(box), "entries", "path", path);
  }

  private static JsonObject named(JsonObject in, String array, String key, String value) {
    for (JsonElement each : in.getAsJsonArray(array)) {
      if (each.getAsJsonObject().get(key).getAsString().equals(value)) {
        return each.getAsJsonObject();
      }
    }
    throw new AssertionError("no " + value + " in " + in);
  }
}
