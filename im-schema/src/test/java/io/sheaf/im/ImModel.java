package io.sheaf.im;

import io.sheaf.im.ImModelRows.Conv;
import io.sheaf.im.ImModelRows.Ev;
import io.sheaf.im.ImModelRows.Mem;
import io.sheaf.im.ImModelRows.Place;
import io.sheaf.im.ImModelRows.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an IM store should hold, in plain collections: everything is written for everybody, and all
 * numbers are counted. Here are conversations, read positions and queues; {@link ImModelMessages}
 * has what becomes of messages, {@link ImModelView} what is shown.
 */
final class ImModel {
  static final long EVENT_MILLIS = 7L * 24 * 60 * 60 * 1000;

  final int largeMembers;
  final boolean atOnce;
  final Map<String, Conv> conversations = new TreeMap<>();
  final Map<String, User> users = new TreeMap<>();
  final Map<String, Map<String, Long>> pendingReads = new TreeMap<>();
  final ImModelMessages messages = new ImModelMessages(this);
  final ImModelView view = new ImModelView(this);
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
      member.beforeSequence = conv.sequence();
      member.read = conv.lastId;
      member.readSequence = conv.sequence();
      conv.members.put(name, member);
      receivers.add(name);
      if (user(name).places.containsKey(id)) { // of an earlier life, of whose end it has not heard
        append(name, "DELETED " + id + " 0 ", id, 0);
      }
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
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
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
    conversations
        .values()
        .forEach(conv -> conv.messages.values().forEach(message -> message.purged.add(name)));
    User user = user(name);
    user.queue.replaceAll(event -> new Ev("", "", 0, Long.MIN_VALUE));
    user.places.clear();
    user.devices.clear();
    user.answers.clear();
  }

  @Nullable String set(String name, String id, boolean muted, boolean pinned) {
    Conv conv = conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    conv.member(name).muted = muted;
    conv.member(name).pinned = pinned;
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
      messages.writeNotices(entry.getValue(), entry.getKey());
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
          append(name, "BEHIND " + id + " " + conv.sequence() + " ", id, 0);
        }
        place.position = conv.events.size();
      }
    }
  }

  private static void moveRead(Conv conv, Mem member, long upTo) {
    if (upTo > member.read) {
      member.read = upTo;
      member.readSequence = Math.max(member.readSequence, conv.sequenceUpTo(upTo));
    }
  }

  void tell(Conv conv, String id, String text, long message) {
    if (conv.large) {
      conv.events.add(new Ev(text, id, message, nowMillis));
    } else {
      conv.members.keySet().forEach(name -> append(name, text, id, message));
    }
  }

  void append(String name, String text, String id, long message) {
    user(name).queue.add(new Ev(text, id, message, nowMillis));
  }
}
