package org.fdboxfs.registry;

import java.util.HashMap;
import java.util.Map;

/** What each user holds. */
final class Accounts {
  private static final Account NOTHING = new Account();

  private final Map<Integer, Account> accounts = new HashMap<>();

  /** A change of an account. */
  interface Change {
    void apply(Account account);
  }

  /** What a user holds at this moment; never null. */
  Account of(int uid) {
    return accounts.getOrDefault(uid, NOTHING);
  }

  void change(int uid, Change change) {
    Account account = accounts.computeIfAbsent(uid, ignored -> new Account());
    change.apply(account);
    if (account.isEmpty()) {
      accounts.remove(uid);
    }
  }
}
