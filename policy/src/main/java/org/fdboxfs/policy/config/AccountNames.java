package org.fdboxfs.policy.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The ids of users and groups, where a file has their names. They are looked up once, when the file
 * is read: a decision is about numbers, as all of the kernel's are.
 *
 * @param passwd a file in the format of passwd(5)
 * @param group a file in the format of group(5)
 */
record AccountNames(Path passwd, Path group) {
  /** Those that are in files; who is in a directory service only has a number here. */
  static final AccountNames OF_THIS_MACHINE =
      new AccountNames(Path.of("/etc/passwd"), Path.of("/etc/group"));

  private static final int NAME = 0;
  private static final int ID = 2;
  private static final long GREATEST = 0xFFFF_FFFEL;

  /** The uid of a user, unsigned; empty where there is none of that name. */
  OptionalLong uid(String name) {
    return id(passwd, name);
  }

  /** The gid of a group, unsigned; empty where there is none of that name. */
  OptionalLong gid(String name) {
    return id(group, name);
  }

  /** Both formats have the name first and the id third. */
  private static OptionalLong id(Path file, String name) {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return OptionalLong.empty(); // the name is refused then
    }
    return text.lines()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length > ID && fields[NAME].equals(name))
        .filter(fields -> fields[ID].matches("[0-9]{1,10}"))
        .mapToLong(fields -> Long.parseLong(fields[ID]))
        .filter(id -> id <= GREATEST)
        .findFirst();
  }
}
