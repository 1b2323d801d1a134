package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.im.Message;
import io.sheaf.im.MessageArchive;
import io.sheaf.im.MessageKind;
import io.sheaf.im.Name;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.WriteBatch;
import io.sheaf.testdata.IrcLog;
import io.sheaf.testdata.IrcMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Brings IRC logs into a store. A log is imported again without harm, also after a crash: messages
 * that are there are not written again, and their ids come from the log.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> the store stays the caller's.
 */
final class IrcImport {
  private static final int BATCH_MESSAGES = 64;

  private final Db db;
  private final Name channel;
  private final MessageArchive archive;
  private final ImportedLogs importedLogs;
  private final WriteBatch batch = new WriteBatch();
  private final ImportCount count = new ImportCount();

  /** An import into {@code channel}; the tables are created where they are missing. */
  IrcImport(Db db, Name channel) throws IOException {
    this.db = db;
    this.channel = channel;
    this.archive = MessageArchive.open(db);
    this.importedLogs = ImportedLogs.open(db);
  }

  /** What was read so far. */
  ImportCount count() {
    return count;
  }

  /** Imports one log. */
  void add(String logName, long sizeBytes, InputStream content) throws CommandFailure, IOException {
    IrcLog log = open(logName, content);
    IrcMessageIds ids = new IrcMessageIds(logName);
    batch.clear();
    boolean known = false;
    int waiting = 0;
    for (IrcMessage said = log.next(); said != null; said = log.next()) {
      if (log.messages() == 1) {
        known = importedLogs.knows(batch, channel, logName, said);
      }
      Message message = message(said, ids.next(said));
      if (known && isThere(message)) {
        count.thereAlready++;
        continue;
      }
      archive.add(batch, message);
      if (++waiting == BATCH_MESSAGES) {
        write();
        waiting = 0;
      }
    }
    write();
    count.logs++;
    count.lines += log.lines();
    count.messages += log.messages();
    count.others += log.others();
    count.bytes += sizeBytes;
  }

  private void write() throws IOException {
    if (batch.count() > 0) {
      db.write(batch);
      batch.clear();
    }
  }

  /** Both rows of a message are in one batch: where one is there, the other is too. */
  private boolean isThere(Message message) throws IOException {
    Optional<Message> stored = archive.conversations().get(channel, message.id());
    return stored.isPresent() && stored.get().equals(message);
  }

  private Message message(IrcMessage said, long id) {
    MessageKind kind =
        switch (said.kind()) {
          case MESSAGE -> MessageKind.TEXT;
          case ACTION -> MessageKind.ACTION;
        };
    return new Message(channel, Name.of(said.nick()), id, kind, said.text());
  }

  private static IrcLog open(String logName, InputStream content) throws CommandFailure {
    try {
      return new IrcLog(content, logName);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }
}
