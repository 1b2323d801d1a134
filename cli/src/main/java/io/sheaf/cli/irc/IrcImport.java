package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.testdata.IrcLog;
import io.sheaf.testdata.IrcMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages of IRC logs to a conversation, whose members are the nicks that say something.
 * A log is imported again without harm, also after a crash: see {@link ImportedLogs}.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> the store stays the caller's.
 */
final class IrcImport {
  private static final int BATCH_MESSAGES = 64;
  private static final int PAGE_MEMBERS = 1000;

  private final ImStore im;
  private final ConversationId channel;
  private final ImportedLogs importedLogs;
  private final IrcDrafts drafts;
  private final Set<UserId> members = new HashSet<>();
  private final ImportCount count = new ImportCount();

  /** An import into {@code channel}; it is created if it is missing. */
  IrcImport(ImStore im, ConversationId channel) throws IOException {
    this.im = im;
    this.channel = channel;
    this.importedLogs = ImportedLogs.open(im.db(), channel);
    this.drafts = new IrcDrafts(channel);
    if (im.conversations().find(channel).isEmpty()) {
      im.conversations().create(channel, false, List.of());
    }
    readMembers();
  }

  /** What was read so far. */
  ImportCount count() {
    return count;
  }

  /** Imports one log. */
  void add(String logName, long sizeBytes, InputStream content) throws CommandFailure, IOException {
    IrcLog log = open(logName, content);
    @Nullable IrcMessage first = null;
    long done = 0;
    List<IrcMessage> waiting = new ArrayList<>();
    for (IrcMessage said = log.next(); said != null; said = log.next()) {
      if (first == null) {
        first = said;
        done = importedLogs.count(logName, first);
      }
      if (log.messages() <= done) {
        count.thereAlready++;
        continue;
      }
      waiting.add(said);
      if (waiting.size() == BATCH_MESSAGES) {
        send(logName, first, waiting, log.messages());
        waiting.clear();
      }
    }
    if (first != null && !waiting.isEmpty()) {
      send(logName, first, waiting, log.messages());
    }
    count.logs++;
    count.lines += log.lines();
    count.messages += log.messages();
    count.others += log.others();
    count.bytes += sizeBytes;
  }

  private void send(String logName, IrcMessage first, List<IrcMessage> messages, long messagesOfLog)
      throws CommandFailure, IOException {
    join(messages);
    List<Draft> batch = new ArrayList<>(messages.size());
    for (IrcMessage said : messages) {
      Optional<UserId> sender = IrcDrafts.sender(said);
      if (sender.isPresent()) {
        batch.add(drafts.draft(said, sender.get(), members));
      } else {
        count.nicksTooLong++;
      }
    }
    List<SendOutcome> outcomes =
        im.sender().send(batch, rows -> importedLogs.put(rows, logName, first, messagesOfLog));
    for (SendOutcome outcome : outcomes) {
      switch (outcome) {
        case SendOutcome.Durable _ -> {}
        case SendOutcome.AlreadyDurable _ -> count.thereAlready++;
        case SendOutcome.NotWritten failed -> throw failure(logName, failed.cause());
        case SendOutcome.Unknown failed -> throw failure(logName, failed.cause());
      }
    }
  }

  /** Makes members of the nicks that are none yet, in one go. */
  private void join(List<IrcMessage> messages) throws IOException {
    Set<UserId> joining = new LinkedHashSet<>();
    for (IrcMessage said : messages) {
      IrcDrafts.sender(said).filter(user -> !members.contains(user)).ifPresent(joining::add);
    }
    if (!joining.isEmpty()) {
      im.conversations().join(channel, joining.stream().map(NewMember::of).toList());
      members.addAll(joining);
    }
  }

  private void readMembers() throws IOException {
    List<Member> page = im.conversations().members(channel, null, PAGE_MEMBERS);
    while (!page.isEmpty()) {
      page.forEach(member -> members.add(member.user()));
      page = im.conversations().members(channel, page.getLast().user(), PAGE_MEMBERS);
    }
  }

  private static IrcLog open(String logName, InputStream content) throws CommandFailure {
    try {
      return new IrcLog(content, logName);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static CommandFailure failure(String logName, Exception cause) {
    return new CommandFailure(logName + ": " + cause.getMessage(), cause);
  }
}
