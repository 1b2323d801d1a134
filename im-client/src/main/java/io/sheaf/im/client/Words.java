package io.sheaf.im.client;

import io.sheaf.im.id.UserId;
import java.util.ArrayList;
import java.util.List;

/** The words of a request, behind the name of its command. */
final class Words {
  private final List<Object> words;

  Words(Object... first) {
    words = new ArrayList<>(List.of(first));
  }

  Words add(Object word) {
    words.add(word);
    return this;
  }

  Words add(String token, Object value) {
    words.add(token);
    words.add(value);
    return this;
  }

  Words addIf(boolean wanted, String token) {
    if (wanted) {
      words.add(token);
    }
    return this;
  }

  /** All that follows is members. */
  Words members(List<UserId> users) {
    if (!users.isEmpty()) {
      words.add("MEMBERS");
      users.forEach(user -> words.add(user.id()));
    }
    return this;
  }

  /** A token, how many users, and they. */
  Words counted(String token, List<UserId> users) {
    if (!users.isEmpty()) {
      words.add(token);
      words.add(users.size());
      users.forEach(user -> words.add(user.id()));
    }
    return this;
  }

  List<Object> all() {
    return words;
  }
}
