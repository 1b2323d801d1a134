package io.sheaf.im;

import io.sheaf.im.ImModelRows.Answer;
import io.sheaf.im.ImModelRows.Conv;
import io.sheaf.im.ImModelRows.Mem;
import io.sheaf.im.ImModelRows.Msg;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of messages in an {@link ImModel}. Each change answers the name of the error the
 * store should give; null: none.
 */
final class ImModelMessages {
  private static final long ANSWER_MILLIS = 2L * 24 * 60 * 60 * 1000;

  private final ImModel model;

  ImModelMessages(ImModel model) {
    this.model = model;
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
      Answer answer = model.user(sender).answers.get(client);
      if (answer != null && answer.writtenMillis() > model.nowMillis - ANSWER_MILLIS) {
        return answer.message().conversation.equals(id)
            ? new Sent(null, answer.message(), true)
            : new Sent("ClientMessageIdReused", null, false);
      }
    }
    Conv conv = model.conversation(id);
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
            toAll ? conv.sequence() + 1 : 0,
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
      model.tell(conv, id, event, messageId);
    } else {
      for (String name : receivers) {
        Mem member = conv.member(name);
        member.privates.put(messageId, message);
        member.newestPrivate = messageId;
        model.append(name, event, id, messageId);
      }
    }
    if (client != null) {
      model.user(sender).answers.put(client, new Answer(message, model.nowMillis));
    }
    return new Sent(null, message, false);
  }

  @Nullable String recall(String by, String id, long message) {
    Conv conv = model.conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(by)) {
      return "NotMember";
    }
    Msg found = conv.held(by, message);
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
    Conv conv = model.conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(by)) {
      return "NotMember";
    }
    Msg found = conv.held(by, message);
    if (found == null) {
      return "UnknownMessage";
    }
    if (found.recalled) {
      return "Recalled";
    }
    found.text = text;
    found.edited = true;
    found.purged.clear();
    if (found.sequence == 0) {
      tellHolders(conv, id, found, "EDITED " + id + " " + message + " 0");
    } else {
      notice(conv, id, message, 0);
    }
    return null;
  }

  @Nullable String react(String name, String id, long message, String sign, boolean on) {
    Conv conv = model.conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    Optional<Msg> seen =
        model.view.visible(name, id).stream()
            .filter(candidate -> candidate.id == message)
            .findFirst();
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
    Conv conv = model.conversation(id);
    if (conv == null) {
      return "UnknownConversation";
    }
    if (!conv.members.containsKey(name)) {
      return "NotMember";
    }
    Msg found = conv.held(name, message);
    if (found == null) {
      return "UnknownMessage";
    }
    Mem member = conv.member(name);
    member.marks.put(message, marks);
    if (deleted) {
      member.deleted.add(message);
    } else {
      member.deleted.remove(message);
    }
    model.append(name, "STATE " + id + " " + message + " " + found.sequence, id, message);
    return null;
  }

  private void notice(Conv conv, String id, long message, int what) {
    conv.notices.computeIfAbsent(message, key -> new boolean[2])[what] = true;
    if (model.atOnce) {
      writeNotices(conv, id);
    }
  }

  private void tellHolders(Conv conv, String id, Msg message, String text) {
    if (message.sequence > 0) {
      model.tell(conv, id, text, message.id);
      return;
    }
    for (String name : message.receivers) {
      Mem member = conv.members.get(name);
      if (member != null && member.privates.containsKey(message.id)) {
        model.append(name, text, id, message.id);
      }
    }
  }

  void writeNotices(Conv conv, String id) {
    for (Map.Entry<Long, boolean[]> notice : conv.notices.entrySet()) {
      Msg message = conv.messages.get(notice.getKey());
      if (message != null) {
        String about = " " + id + " " + message.id + " " + message.sequence;
        if (notice.getValue()[0]) {
          model.tell(conv, id, "EDITED" + about, message.id);
        }
        if (notice.getValue()[1]) {
          model.tell(conv, id, "REACTIONS" + about, message.id);
        }
      }
    }
    conv.notices.clear();
  }
}
