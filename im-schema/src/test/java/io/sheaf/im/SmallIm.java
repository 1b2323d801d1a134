package io.sheaf.im;

import io.sheaf.engine.Sheaf;
import io.sheaf.im.id.ClientMessageId;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SentMessage;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.io.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An IM store on a disk in memory, with a clock that stands. */
final class SmallIm implements AutoCloseable {
  static final UserId ANN = UserId.of("ann");
  static final UserId BOB = UserId.of("bob");
  static final UserId EVE = UserId.of("eve");
  static final ConversationId TEAM = ConversationId.of("team");
  static final DeviceId PHONE = DeviceId.of("phone");
  static final long BEGIN_MILLIS = 1_700_000_000_000L;

  final AtomicLong nowMillis = new AtomicLong(BEGIN_MILLIS);
  final Db db;
  final ImStore im;
  private int sent;

  SmallIm(FileSystem disk, ImOptions options) throws IOException {
    db =
        Db.open(
            Path.of("/im"),
            DbOptions.DEFAULT.withMemory(32 << 20, 4 << 20),
            Sheaf.components().withFileSystem(disk).withClock(nowMillis::get));
    im = ImStore.open(db, options, nowMillis::get);
  }

  /** A conversation of these users, each with a phone. */
  SmallIm withTeam(UserId... users) throws IOException {
    List<NewMember> members = new ArrayList<>();
    for (UserId user : users) {
      members.add(NewMember.of(user));
      im.sync().addDevice(user, PHONE);
    }
    im.conversations().create(TEAM, false, members);
    return this;
  }

  Draft draft(UserId sender, String text) {
    return Draft.of(TEAM, sender, ClientMessageId.of("m" + ++sent), Body.of(text));
  }

  SentMessage send(UserId sender, String text) {
    return durable(im.sender().send(draft(sender, text)));
  }

  static SentMessage durable(SendOutcome outcome) {
    if (outcome instanceof SendOutcome.Durable durable) {
      return durable.message();
    }
    throw new AssertionError(outcome.toString());
  }

  /** Why a send was refused. */
  static Exception refusal(SendOutcome outcome) {
    if (outcome instanceof SendOutcome.NotWritten not) {
      return not.cause();
    }
    throw new AssertionError(outcome.toString());
  }

  List<QueuedEvent> events(UserId user) throws IOException {
    SyncResult result = im.sync().read(user, PHONE, 10_000);
    if (result instanceof SyncResult.Events events) {
      return events.events();
    }
    throw new AssertionError(result.toString());
  }

  @Override
  public void close() throws IOException {
    try (db) {
      im.close();
    }
  }
}
