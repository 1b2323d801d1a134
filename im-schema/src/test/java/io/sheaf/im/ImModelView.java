package io.sheaf.im;

import io.sheaf.im.ImModelRows.Conv;
import io.sheaf.im.ImModelRows.Ev;
import io.sheaf.im.ImModelRows.Mem;
import io.sheaf.im.ImModelRows.Msg;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What users see of an {@link ImModel}. */
final class ImModelView {
  private final ImModel model;

  ImModelView(ImModel model) {
    this.model = model;
  }

  /** Position of the first event that is still there. */
  long oldestKept(String name) {
    List<Ev> queue = model.user(name).queue;
    int position = 1;
    while (position <= queue.size()
        && queue.get(position - 1).writtenMillis() <= model.nowMillis - ImModel.EVENT_MILLIS) {
      position++;
    }
    return position;
  }

  /** All messages that a user sees of a conversation, oldest first. */
  List<Msg> visible(String name, String id) {
    Conv conv = model.conversation(id);
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
    Conv conv = model.conversations.get(id);
    Mem member = conv == null ? null : conv.members.get(name);
    return member == null ? 0 : member.marks.getOrDefault(message, 0);
  }

  /** The entry of a conversation in a list, in words. */
  String entry(String name, String id) {
    Conv conv = model.conversation(id);
    Mem member = conv == null ? null : conv.members.get(name);
    if (conv == null || member == null) {
      throw new IllegalStateException(name + " is no member of " + id);
    }
    long read =
        Math.max(member.read, model.pendingReads.getOrDefault(id, Map.of()).getOrDefault(name, 0L));
    long newest = conv.newestFor(member);
    long readSequence = Math.max(member.readSequence, conv.sequenceUpTo(read));
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
}
