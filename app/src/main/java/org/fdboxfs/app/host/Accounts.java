package org.fdboxfs.app.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The users and groups of {@code /etc/passwd} and {@code /etc/group}. */
public final class Accounts {
  /**
   * A user.
   *
   * @param gid the primary group
   */
  public record User(String name, long uid, long gid) {}

  private record Group(String name, long gid, List<String> members) {}

  private static final int LIMIT = -1;

  private final Map<Long, User> byUid = new HashMap<>();
  private final Map<String, User> byName = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();

  /**
   * @param passwd text in the format of passwd(5)
   * @param group text in the format of group(5)
   */
  public Accounts(String passwd, String group) {
    passwd.lines().forEach(this::addUser);
    group.lines().forEach(this::addGroup);
  }

  /** The accounts of this machine; none where the files cannot be read. */
  public static Accounts ofThisMachine() {
    return new Accounts(text("/etc/passwd"), text("/etc/group"));
  }

  private static String text(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // numbers are shown instead of names
    }
  }

  private void addUser(String line) {
    String[] field = line.split(":", LIMIT);
    if (field.length >= 4 && isNumber(field[2]) && isNumber(field[3])) {
      User user = new User(field[0], Long.parseLong(field[2]), Long.parseLong(field[3]));
      byUid.putIfAbsent(user.uid, user);
      byName.putIfAbsent(user.name, user);
    }
  }

  private void addGroup(String line) {
    String[] field = line.split(":", LIMIT);
    if (field.length >= 4 && isNumber(field[2])) {
      groups.add(
          new Group(field[0], Long.parseLong(field[2]), Arrays.asList(field[3].split(",", LIMIT))));
    }
  }

  /** Whether the text is an id: decimal digits that fit in 32 bits. */
  public static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(text) <= 0xffff_ffffL;
  }

  /** The user's name, or the number where there is none. */
  public String userName(long uid) {
    User user = byUid.get(uid);
    return user == null ? Long.toString(uid) : user.name;
  }

  /** The group's name, or the number where there is none. */
  public String groupName(long gid) {
    for (Group group : groups) {
      if (group.gid == gid) {
        return group.name;
      }
    }
    return Long.toString(gid);
  }

  /** The user of that name or number. */
  public Optional<User> user(String nameOrNumber) {
    User named = byName.get(nameOrNumber);
    if (named == null && isNumber(nameOrNumber)) {
      named = byUid.get(Long.parseLong(nameOrNumber));
    }
    return Optional.ofNullable(named);
  }

  /** The id of the group of that name or number. */
  public Optional<Long> gid(String nameOrNumber) {
    for (Group group : groups) {
      if (group.name.equals(nameOrNumber)) {
        return Optional.of(group.gid);
      }
    }
    return isNumber(nameOrNumber) ? Optional.of(Long.parseLong(nameOrNumber)) : Optional.empty();
  }

  /** All groups of a user, the primary one first. */
  public List<Long> groupsOf(User user) {
    List<Long> result = new ArrayList<>(List.of(user.gid));
    for (Group group : groups) {
      if (group.members.contains(user.name) && !result.contains(group.gid)) {
        result.add(group.gid);
      }
    }
    return result;
  }
}
