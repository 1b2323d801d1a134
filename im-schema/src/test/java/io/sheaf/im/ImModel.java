package io.sheaf.im;

import io.sheaf.im.ImModelRows.Answer;
import io.sheaf.im.ImModelRows.Conv;
import io.sheaf.im.ImModelRows.Ev;
import io.sheaf.im.ImModelRows.Mem;
import io.sheaf.im.ImModelRows.Msg;
import io.sheaf.im.ImModelRows.Place;
import io.sheaf.im.ImModelRows.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an IM store should hold, in plain collections: everything is written for everybody, and all
 * numbers are counted.
 */
final class ImModel {
  static final long EVENT_MILLIS = 7L * 24 * 60 * 60 * 1000;
  static final long ANSWER_MILLIS = 2L * 24 * 60 * 60 * 1000;

  final int largeMembers;
  final boolean atOnce;
  final Map<String, Conv> conversations = new TreeMap<>();
  final Map<String, User> users = new TreeMap<>();
  final Map<String, Map<String, Long>> pendingReads = new TreeMap<>();
  long nowMillis;

  ImModel(int largeMembers, boolean atOnce, long nowMillis) {
    this.largeMembers = largeMembers;
    this.atOnce = atOnce;
    this.nowMillis = nowMillis;
  }

  User user(String name) {
    return users.computeIfAbsent(name, key -> new User());
  }

  @Nullable Conv conversation(String id) {
    Conv found = conversations.get(id);
    return found == null || found.deleted ? null : found;
  }

  // Each change answers the name of the error the store should give; null: none.

  @Nullable String create(String id, boolean fromJoining, List<String> members) {
    Conv before = conversations.get(id);
    if (before != null && !before.deleted) {
      return "ConversationExists";
    }
    Conv conv = new Conv();
    conv.life = before == null ? 1 : before.life + 1;
    conv.lastId = before == null ? 0 : before.lastId;
    conv.begin = conv.lastId;
    conv.fromJoining = fromJoining;
    conversations.put(id, conv);
    add(id, conv, members);
    return null;
  }

  @Nullable String join(String id, List<String> members) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    add(id, conv, members);
    return null;
  }

  private void add(String id, Conv conv, List<String> names) {
    List<String> joining =
        names.stream().distinct().filter(name -> !conv.members.containsKey(name)).toList();
    if (joining.isEmpty()) {
      return;
    }
    List<String> receivers = new ArrayList<>(conv.large ? Set.of() : conv.members.keySet());
    boolean large = conv.large || conv.members.size() + joining.size() > largeMembers;
    if (large && !conv.large) {
      receivers.forEach(name -> place(conv, id, name));
    }
    conv.large = large;
    String text = "JOINED " + id + " 0 " + (joining.size() == 1 ? joining.getFirst() : "");
    if (large) {
      conv.events.add(new Ev(text, id, 0, nowMillis));
      receivers.clear();
    }
    for (String name : joining) {
      Mem member = new Mem();
      member.before = conv.lastId;
      member.beforeSequence = sequence(conv);
      member.read = conv.lastId;
      member.readSequence = sequence(conv);
      conv.members.put(name, member);
      receivers.add(name);
      if (large) {
        place(conv, id, name);
      } else {
        user(name).places.remove(id);
      }
    }
    receivers.forEach(name -> append(name, text, id, 0));
  }

  private void place(Conv conv, String id, String name) {
    Place place = new Place();
    place.life = conv.life;
    place.position = conv.events.size();
    user(name).places.put(id, place);
  }

  @Nullable String leave(String id, String name) {
    Conv conv = conversation(id);
    if (conv == null || !conv.members.containsKey(name)) {
      return "NotMember";
    }
    String text = "LEFT " + id + " 0 " + name;
    tell(conv, id, text, 0);
    if (conv.large) {
      append(name, text, id, 0);
    }
    conv.members.remove(name);
    user(name).places.remove(id);
    return null;
  }

  @Nullable String delete(String id) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.large) {
      conv.members.keySet().forEach(name -> append(name, "DELETED " + id + " 0 ", id, 0));
    }
    Conv left = new Conv();
    left.deleted = true;
    left.life = conv.life;
    left.lastId = conv.lastId;
    conversations.put(id, left);
    return null;
  }

  void purge(String name) {
    for (String id : List.copyOf(conversations.keySet())) {
      Conv conv = conversation(id);
      if (conv != null && conv.members.containsKey(name)) {
        leave(id, name);
      }
    }
    User user = user(name);
    user.queue.replaceAll(event -> new Ev("", "", 0, Long.MIN_VALUE));
    user.places.clear();
    user.devices.clear();
    user.answers.clear();
  }

  /** What a send gives: an error, or the answer. */
  record Sent(@Nullable String error, @Nullable Msg message, boolean before) {}

  Sent send(
      String id,
      String sender,
      @Nullable String client,
      String text,
      List<String> mentions,
      boolean mentionsAll,
      List<String> onlyFor,
      long timeMillis) {
    if (client != null) {
      Answer answer = user(sender).answers.get(client);
      if (answer != null && answer.writtenMillis() > nowMillis - ANSWER_MILLIS) {
        return answer.message().conversation.equals(id)
            ? new Sent(null, answer.message(), true)
            : new Sent("ClientMessageIdReused", null, false);
      }
    }
    Conv conv = conversation(id);
    if (conv == null) {
      return new Sent("UnknownConversation", null, false);
    }
    Mem own = conv.members.get(sender);
    boolean allMembers =
        Stream.concat(mentions.stream(), onlyFor.stream()).allMatch(conv.members::containsKey);
    if (own == null || !allMembers) {
      return new Sent("NotMember", null, false);
    }
    long messageId = Math.max(timeMillis << 22, conv.lastId + 1);
    conv.lastId = messageId;
    boolean toAll = onlyFor.isEmpty();
    Set<String> receivers = new TreeSet<>(toAll ? conv.members.keySet() : onlyFor);
    receivers.add(sender);
    Msg message =
        new Msg(
            id,
            messageId,
            toAll ? sequence(conv) + 1 : 0,
            sender,
            timeMillis,
            receivers,
            mentions,
            mentionsAll,
            text);
    String event = "SENT " + id + " " + messageId + " " + message.sequence;
    if (toAll) {
      conv.messages.put(messageId, message);
      conv.newest = messageId;
      tell(conv, id, event, messageId);
    } else {
      for (String name : receivers) {
        Mem member = member(conv, name);
        member.privates.put(messageId, message);
        member.newestPrivate = messageId;
        append(name, event, id, messageId);
      }
    }
    if (client != null) {
      user(sender).answers.put(client, new Answer(message, nowMillis));
    }
    return new Sent(null, message, false);
  }

  @Nullable String recall(String by, String id, long message) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(by)) {
      return "NotMember";
    }
    Msg found = held(conv, by, message);
    if (found == null) {
      return "UnknownMessage";
    }
    if (!found.recalled) {
      found.recalled = true;
      found.edited = false;
      found.mentions = List.of();
      found.mentionsAll = false;
      found.text = "";
      tellHolders(conv, id, found, "RECALLED " + id + " " + message + " " + found.sequence);
    }
    return null;
  }

  @Nullable String edit(String by, String id, long message, String text) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(by)) {
      return "NotMember";
    }
    Msg found = held(conv, by, message);
    if (found == null) {
      return "UnknownMessage";
    }
    if (found.recalled) {
      return "Recalled";
    }
    found.text = text;
    found.edited = true;
    if (found.sequence == 0) {
      tellHolders(conv, id, found, "EDITED " + id + " " + message + " 0");
    } else {
      notice(conv, id, message, 0);
    }
    return null;
  }

  @Nullable String react(String name, String id, long message, String sign, boolean on) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    Optional<Msg> seen =
        visible(name, id).stream().filter(candidate -> candidate.id == message).findFirst();
    if (seen.isEmpty()) {
      return "UnknownMessage";
    }
    Set<String> all = conv.reactions.computeIfAbsent(message, key -> new TreeSet<>());
    if (on ? all.add(sign + " " + name) : all.remove(sign + " " + name)) {
      if (seen.get().sequence == 0) {
        tellHolders(conv, id, seen.get(), "REACTIONS " + id + " " + message + " 0");
      } else {
        notice(conv, id, message, 1);
      }
    }
    return null;
  }

  @Nullable String setState(String name, String id, long message, boolean deleted, int marks) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    Msg found = held(conv, name, message);
    if (found == null) {
      return "UnknownMessage";
    }
    Mem member = member(conv, name);
    member.marks.put(message, marks);
    if (deleted) {
      member.deleted.add(message);
    } else {
      member.deleted.remove(message);
    }
    append(name, "STATE " + id + " " + message + " " + found.sequence, id, message);
    return null;
  }

  @Nullable String set(String name, String id, boolean muted, boolean pinned) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    member(conv, name).muted = muted;
    member(conv, name).pinned = pinned;
    append(name, "SETTINGS " + id + " 0 ", id, 0);
    return null;
  }

  @Nullable String clear(String name, String id) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    Mem member = conv.members.get(name);
    if (member == null) {
      return "NotMember";
    }
    moveRead(conv, member, conv.lastId);
    member.cleared = conv.lastId;
    append(name, "CLEARED " + id + " 0 ", id, 0);
    return null;
  }

  @Nullable String read(String name, String id, long upTo) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    if (upTo > conv.lastId) {
      return "ReadTooFar";
    }
    pendingReads.computeIfAbsent(id, key -> new TreeMap<>()).merge(name, upTo, Math::max);
    if (atOnce) {
      writeReads(id);
    }
    return null;
  }

  void writeWindow() {
    List.copyOf(pendingReads.keySet()).forEach(this::writeReads);
    for (Map.Entry<String, Conv> entry : conversations.entrySet()) {
      writeNotices(entry.getValue(), entry.getKey());
    }
  }

  private void writeReads(String id) {
    Map<String, Long> told = pendingReads.remove(id);
    Conv conv = conversation(id);
    if (conv == null || told == null) {
      return;
    }
    long highest = 0;
    long highestRead = 0;
    long lowestRead = Long.MAX_VALUE;
    for (Map.Entry<String, Long> one : told.entrySet()) {
      Mem member = conv.members.get(one.getKey());
      if (member != null && one.getValue() > member.read) {
        lowestRead = Math.min(lowestRead, member.read);
        highestRead = Math.max(highestRead, one.getValue());
        moveRead(conv, member, one.getValue());
        highest = Math.max(highest, member.readSequence);
        append(one.getKey(), "READ " + id + " " + member.readSequence + " ", id, 0);
      }
    }
    if (!conv.large && highest > 0) {
      Set<String> authors = new TreeSet<>();
      conv.messages.subMap(lowestRead, false, highestRead, true).descendingMap().values().stream()
          .limit(64)
          .forEach(message -> authors.add(message.sender));
      for (String author : authors) {
        if (conv.members.containsKey(author)) {
          append(author, "RECEIPTS " + id + " " + highest + " ", id, 0);
        }
      }
    }
  }

  private void writeNotices(Conv conv, String id) {
    for (Map.Entry<Long, boolean[]> notice : conv.notices.entrySet()) {
      Msg message = conv.messages.get(notice.getKey());
      if (message != null) {
        String about = " " + id + " " + message.id + " " + message.sequence;
        if (notice.getValue()[0]) {
          tell(conv, id, "EDITED" + about, message.id);
        }
        if (notice.getValue()[1]) {
          tell(conv, id, "REACTIONS" + about, message.id);
        }
      }
    }
    conv.notices.clear();
  }

  /** What a crash takes: read positions that were not written. */
  void crash() {
    pendingReads.clear();
  }

  void custom(String name, String text) {
    append(name, "CUSTOM " + text, "", 0);
  }

  void addDevice(String name, String device) {
    user(name).devices.putIfAbsent(device, 0L);
  }

  @Nullable String acknowledge(String name, String device, long position) {
    User user = user(name);
    Long place = user.devices.get(device);
    if (place == null) {
      return "UnknownDevice";
    }
    if (position > place) {
      if (position > user.queue.size()) {
        return "AcknowledgedTooFar";
      }
      user.devices.put(device, position);
    }
    return null;
  }

  /** Brings events of large conversations into the queue, as a device that syncs does. */
  void fetch(String name) {
    User user = user(name);
    for (Map.Entry<String, Place> entry : List.copyOf(user.places.entrySet())) {
      String id = entry.getKey();
      Place place = entry.getValue();
      Conv conv = conversation(id);
      if (conv == null || conv.life != place.life) {
        append(name, "DELETED " + id + " 0 ", id, 0);
        user.places.remove(id);
        continue;
      }
      List<Ev> news = conv.events.subList(place.position, conv.events.size());
      if (!news.isEmpty()) {
        if (news.getFirst().writtenMillis() > nowMillis - EVENT_MILLIS) {
          news.forEach(event -> append(name, event.text(), event.conversation(), event.message()));
        } else {
          append(name, "BEHIND " + id + " " + sequence(conv) + " ", id, 0);
        }
        place.position = conv.events.size();
      }
    }
  }

  /** Position of the first event that is still there. */
  long oldestKept(String name) {
    List<Ev> queue = user(name).queue;
    int position = 1;
    while (position <= queue.size()
        && queue.get(position - 1).writtenMillis() <= nowMillis - EVENT_MILLIS) {
      position++;
    }
    return position;
  }

  /** All messages that a user sees of a conversation, oldest first. */
  List<Msg> visible(String name, String id) {
    Conv conv = conversation(id);
    Mem member = conv == null ? null : conv.members.get(name);
    if (conv == null || member == null) {
      return List.of();
    }
    long hidden = Math.max(conv.begin, member.cleared);
    long after = conv.fromJoining ? Math.max(hidden, member.before) : hidden;
    TreeMap<Long, Msg> all = new TreeMap<>(conv.messages);
    all.putAll(member.privates);
    member.deleted.forEach(all::remove);
    return List.copyOf(all.tailMap(after, false).values());
  }

  /** The marks of a user at a message; 0: none. */
  int marks(String name, String id, long message) {
    Conv conv = conversations.get(id);
    Mem member = conv == null ? null : conv.members.get(name);
    return member == null ? 0 : member.marks.getOrDefault(message, 0);
  }

  /** The entry of a conversation in a list, in words. */
  String entry(String name, String id) {
    Conv conv = conversation(id);
    Mem member = conv == null ? null : conv.members.get(name);
    if (conv == null || member == null) {
      throw new IllegalStateException(name + " is no member of " + id);
    }
    long read =
        Math.max(member.read, pendingReads.getOrDefault(id, Map.of()).getOrDefault(name, 0L));
    long newest = newest(conv, member);
    long readSequence = Math.max(member.readSequence, sequenceUpTo(conv, read));
    long unread =
        Stream.concat(conv.messages.values().stream(), member.privates.values().stream())
            .filter(message -> message.id > read)
            .filter(message -> !message.recalled && !message.sender.equals(name))
            .count();
    boolean mentioned =
        Stream.concat(conv.messages.values().stream(), member.privates.values().stream())
            .filter(message -> message.id > read)
            .anyMatch(message ->
                message.mentions(name)
                    || (message.mentionsAll
                        && message.sequence > 0
                        && !message.sender.equals(name)));
    Optional<Msg> last =
        visible(name, id).stream().filter(message -> message.id == newest).findFirst();
    return id
        + " "
        + newest
        + " "
        + last.map(Msg::toString).orElse("-")
        + " "
        + unread
        + mentioned
        + member.muted
        + member.pinned
        + readSequence;
  }

  static long newest(Conv conv, Mem member) {
    return Math.max(conv.newest, member.newestPrivate);
  }

  static long sequence(Conv conv) {
    return conv.messages.isEmpty() ? 0 : conv.messages.lastEntry().getValue().sequence;
  }

  private static long sequenceUpTo(Conv conv, long id) {
    Map.Entry<Long, Msg> found = conv.messages.floorEntry(id);
    return found == null ? 0 : found.getValue().sequence;
  }

  private static void moveRead(Conv conv, Mem member, long upTo) {
    if (upTo > member.read) {
      member.read = upTo;
      member.readSequence = Math.max(member.readSequence, sequenceUpTo(conv, upTo));
    }
  }

  private static @Nullable Msg held(Conv conv, String name, long message) {
    Mem member = member(conv, name);
    Msg toAll = conv.shown(member, message);
    return toAll != null ? toAll : member.privates.get(message);
  }

  private static Mem member(Conv conv, String name) {
    Mem found = conv.members.get(name);
    if (found == null) {
      throw new IllegalStateException(name + " is no member");
    }
    return found;
  }

  private void notice(Conv conv, String id, long message, int what) {
    conv.notices.computeIfAbsent(message, key -> new boolean[2])[what] = true;
    if (atOnce) {
      writeNotices(conv, id);
    }
  }

  private void tellHolders(Conv conv, String id, Msg message, String text) {
    if (message.sequence > 0) {
      tell(conv, id, text, message.id);
      return;
    }
    for (String name : message.receivers) {
      Mem member = conv.members.get(name);
      if (member != null && member.privates.containsKey(message.id)) {
        append(name, text, id, message.id);
      }
    }
  }

  private void tell(Conv conv, String id, String text, long message) {
    if (conv.large) {
      conv.events.add(new Ev(text, id, message, nowMillis));
    } else {
      conv.members.keySet().forEach(name -> append(name, text, id, message));
    }
  }

  private void append(String name, String text, String id, long message) {
    user(name).queue.add(new Ev(text, id, message, nowMillis));
  }
}
