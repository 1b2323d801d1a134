package io.sheaf.server.strings;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.KeyHead;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.wire.Request;
import java.io.IOException;

/** SET key value [NX|XX|IFEQ value] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]. */
final class SetCommand {
  private SetCommand() {}

  /**
   * Whether a request tells the old value: GET does, and IFEQ, which says whether it is the one
   * that was guessed.
   */
  static boolean tellsOld(Request request) {
    for (int i = 3; i < request.count(); i++) {
      if (request.is(i, "get") || request.is(i, "ifeq")) {
        return true;
      }
    }
    return false;
  }

  static void run(Call call) throws CommandException, IOException {
    boolean onlyMissing = false;
    boolean onlyPresent = false;
    boolean keepsTime = false;
    boolean answersOld = false;
    int timeAt = 0;
    int equalsAt = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "nx") && !onlyPresent && equalsAt == 0) {
        onlyMissing = true;
      } else if (call.is(i, "xx") && !onlyMissing && equalsAt == 0) {
        onlyPresent = true;
      } else if (call.is(i, "ifeq")
          && !onlyMissing
          && !onlyPresent
          && equalsAt == 0
          && i + 1 < call.count()) {
        equalsAt = ++i;
      } else if (call.is(i, "get")) {
        answersOld = true;
      } else if (call.is(i, "keepttl") && timeAt == 0) {
        keepsTime = true;
      } else if (ExpiryArgument.isOption(call, i)
          && !keepsTime
          && timeAt == 0
          && i + 1 < call.count()) {
        timeAt = i++;
      } else {
        throw CommandException.syntax();
      }
    }
    long expireAt = timeAt == 0 ? KeyRow.NEVER : ExpiryArgument.ofOption(call, timeAt);
    byte[] key = call.key(1);
    Slice value = StringCommands.value(call, 2);
    KeyRow before = answersOld || equalsAt > 0 ? call.rows().find(key) : null;
    if (before != null && !(before instanceof StringRow)) {
      throw CommandException.wrongType();
    }
    KeyHead head = onlyMissing || onlyPresent || keepsTime ? call.rows().head(key) : null;
    boolean sets =
        equalsAt > 0
            ? before instanceof StringRow row
                && row.value().equals(call.request().slice(equalsAt, new Slice()))
            : onlyMissing ? head == null : !onlyPresent || head != null;
    if (sets && expireAt != KeyRow.NEVER && expireAt <= call.rows().nowMillis()) {
      boolean _ = call.rows().delete(key); // a time that has passed already
    } else if (sets) {
      long time = keepsTime && head != null ? head.expireAtMillis() : expireAt;
      call.rows().put(key, new StringRow(time, value));
    }
    if (answersOld) {
      StringCommands.reply(call, (StringRow) before);
    } else if (sets) {
      call.reply().ok();
    } else {
      call.reply().none();
    }
  }
}
