package io.sheaf.im;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What {@link ImModel} is made of. */
final class ImModelRows {
  private ImModelRows() {}

  /** A message, to all (with a number) or to some. */
  static final class Msg {
    final String conversation;
    final long id;
    final long sequence;
    final String sender;
    final long timeMillis;
    final Set<String> receivers;

    /** Whose index has lost it, as they were purged. */
    final Set<String> purged = new TreeSet<>();

    List<String> mentions;
    boolean mentionsAll;
    boolean recalled;
    boolean edited;
    String text;

    Msg(
        String conversation,
        long id,
        long sequence,
        String sender,
        long timeMillis,
        Set<String> receivers,
        List<String> mentions,
        boolean mentionsAll,
        String text) {
      this.conversation = conversation;
      this.id = id;
      this.sequence = sequence;
      this.sender = sender;
      this.timeMillis = timeMillis;
      this.receivers = receivers;
      this.mentions = mentions;
      this.mentionsAll = mentionsAll;
      this.text = text;
    }

    boolean mentions(String user) {
      return mentions.contains(user) && !sender.equals(user);
    }

    @Override
    public String toString() {
      return id
          + " #"
          + sequence
          + " "
          + sender
          + " "
          + timeMillis
          + " "
          + mentions
          + mentionsAll
          + (recalled ? " RECALLED" : edited ? " EDITED" : " SENT")
          + " '"
          + text
          + "'";
    }
  }

  /** What a member has of its own in a conversation. */
  static final class Mem {
    long before;
    long beforeSequence;
    long read;
    long readSequence;
    long cleared;
    boolean muted;
    boolean pinned;
    long newestPrivate;
    final NavigableMap<Long, Msg> privates = new TreeMap<>();
    final Map<Long, Integer> marks = new TreeMap<>();
    final Set<Long> deleted = new TreeSet<>();
  }

  /** A conversation. */
  static final class Conv {
    boolean deleted;
    boolean large;
    boolean fromJoining;
    long life;
    long begin;
    long lastId;
    long newest;
    final Map<String, Mem> members = new TreeMap<>();
    final NavigableMap<Long, Msg> messages = new TreeMap<>();
    final List<Ev> events = new ArrayList<>();
    final NavigableMap<Long, boolean[]> notices = new TreeMap<>();
    final Map<Long, Set<String>> reactions = new TreeMap<>();

    /** The member of this name, who is one. */
    Mem member(String name) {
      Mem found = members.get(name);
      if (found == null) {
        throw new IllegalStateException(name + " is no member");
      }
      return found;
    }

    /** The number of the newest message to all. */
    long sequence() {
      return messages.isEmpty() ? 0 : messages.lastEntry().getValue().sequence;
    }

    /** The number of the newest message to all up to this one. */
    long sequenceUpTo(long id) {
      Map.Entry<Long, Msg> found = messages.floorEntry(id);
      return found == null ? 0 : found.getValue().sequence;
    }

    /** The newest message that a member got. */
    long newestFor(Mem member) {
      return Math.max(newest, member.newestPrivate);
    }

    /** A message that a member has, whether it sees it or not. */
    @Nullable Msg held(String name, long message) {
      Mem member = member(name);
      Msg toAll = shown(member, message);
      return toAll != null ? toAll : member.privates.get(message);
    }

    /** A message to all that a member may see. */
    @Nullable Msg shown(Mem member, long message) {
      return fromJoining && message <= member.before ? null : messages.get(message);
    }
  }

  /** An event, written at a time. */
  record Ev(String text, String conversation, long message, long writtenMillis) {}

  /** How far a user has fetched the events of a large conversation. */
  static final class Place {
    long life;
    int position;
  }

  /** A user. */
  static final class User {
    final List<Ev> queue = new ArrayList<>();
    final Map<String, Place> places = new TreeMap<>();
    final Map<String, Long> devices = new TreeMap<>();
    final Map<String, Answer> answers = new TreeMap<>();
  }

  /** What was answered to a send. */
  record Answer(Msg message, long writtenMillis) {}
}
