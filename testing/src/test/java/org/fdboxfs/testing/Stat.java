package org.fdboxfs.testing;

import java.util.HashMap;
import java.util.Map;

/** What stat(2) or statvfs(3) told another process. */
record Stat(Map<String, String> fields) {
  static Stat parse(String answer) {
    Map<String, String> fields = new HashMap<>();
    for (String field : answer.split(" ", -1)) {
      int equals = field.indexOf('=');
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    return new Stat(fields);
  }

  String text(String field) {
    String value = fields.get(field);
    if (value == null) {
      throw new AssertionError("no such field: " + field);
    }
    return value;
  }

  long number(String field) {
    return Long.parseLong(text(field));
  }

  /** Type and permission bits, in octal. */
  String mode() {
    return text("mode");
  }

  long size() {
    return number("size");
  }

  long uid() {
    return number("uid");
  }

  long gid() {
    return number("gid");
  }

  long links() {
    return number("nlink");
  }

  long inode() {
    return number("ino");
  }
}
