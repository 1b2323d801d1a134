package io.sheaf.server.acl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was refused of late, newest first. What is refused again within a minute, for the same
 * reason, counts up.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class AclLog {
  private static final int MOST = 128;
  private static final long TOGETHER_MILLIS = 60_000;
  private static final int LONGEST_OBJECT = 128;

  private final Deque<Entry> entries = new ArrayDeque<>(); // guarded by this
  private long lastId = -1; // guarded by this
  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class); // guarded by this

  /** Why something is refused. */
  enum Reason {
    /** A command. */
    COMMAND,
    /** A key. */
    KEY,
    /** A name with a password. */
    AUTH;

    String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that was refused.
   *
   * @param id 0, 1, 2 …
   * @param object the command, the key, or "AUTH"
   * @param user who it was, or said that it was
   * @param client what is known of its connection
   */
  record Entry(
      long id,
      long count,
      Reason reason,
      boolean isInMulti,
      String object,
      String user,
      String client,
      long createdMillis,
      long updatedMillis) {}

  synchronized void add(
      Reason reason, boolean isInMulti, String object, String name, String client, long nowMillis) {
    counts.merge(reason, 1L, Long::sum);
    String shown = shortened(object);
    String user = shortened(name);
    for (Entry entry : entries) {
      if (entry.reason() == reason
          && entry.isInMulti() == isInMulti
          && entry.object().equals(shown)
          && entry.user().equals(user)
          && nowMillis - entry.updatedMillis() < TOGETHER_MILLIS) {
        entries.remove(entry);
        entries.addFirst(
            new Entry(
                entry.id(),
                entry.count() + 1,
                reason,
                isInMulti,
                shown,
                user,
                client,
                entry.createdMillis(),
                nowMillis));
        return;
      }
    }
    entries.addFirst(
        new Entry(++lastId, 1, reason, isInMulti, shown, user, client, nowMillis, nowMillis));
    if (entries.size() > MOST) {
      entries.removeLast();
    }
  }

  /** The beginning of what a client has said, which may be long. */
  private static String shortened(String text) {
    return text.length() > LONGEST_OBJECT ? text.substring(0, LONGEST_OBJECT) : text;
  }

  synchronized List<Entry> newest(int limit) {
    return new ArrayList<>(entries).subList(0, Math.min(limit, entries.size()));
  }

  /** How often something was refused for this reason, whatever was cleared. */
  synchronized long count(Reason reason) {
    return counts.getOrDefault(reason, 0L);
  }

  synchronized void clear() {
    entries.clear();
  }
}
