package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.keyspace.KeyHead;
import io.sheaf.server.keyspace.KeyRow;
import java.io.IOException;

/** When keys expire: EXPIRE and TTL, in seconds and milliseconds, relative and absolute. */
final class ExpiryCommands {
  private static final String GROUP = "generic";
  private static final long MISSING = -2;
  private static final long FOR_EVER = -1;

  private ExpiryCommands() {}

  static void addTo(CommandTable table) {
    addExpire(table, "expire", "1.0.0", true, true);
    addExpire(table, "pexpire", "2.6.0", false, true);
    addExpire(table, "expireat", "1.2.0", true, false);
    addExpire(table, "pexpireat", "2.6.0", false, false);
    addTime(table, "ttl", "1.0.0", true, true);
    addTime(table, "pttl", "2.6.0", false, true);
    addTime(table, "expiretime", "7.0.0", true, false);
    addTime(table, "pexpiretime", "7.0.0", false, false);
    table.add(
        new Command("persist", 2, ExpiryCommands::persist)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, UPDATE)
            .docs(GROUP, "2.2.0", "Lets a key not expire any more."));
  }

  private static void addExpire(
      CommandTable table, String name, String since, boolean seconds, boolean relative) {
    table.add(
        new Command(name, -3, call -> expire(call, seconds, relative))
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, UPDATE)
            .docs(GROUP, since, "Sets when a key expires."));
  }

  private static void addTime(
      CommandTable table, String name, String since, boolean seconds, boolean relative) {
    table.add(
        new Command(name, 2, call -> time(call, seconds, relative))
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO, ACCESS)
            .docs(GROUP, since, "Tells when a key expires."));
  }

  /** Which keys get a time. */
  private record Condition(boolean missing, boolean present, boolean later, boolean earlier) {
    static Condition of(Call call) throws CommandException {
      boolean missing = false;
      boolean present = false;
      boolean later = false;
      boolean earlier = false;
      for (int i = 3; i < call.count(); i++) {
        if (call.is(i, "nx")) {
          missing = true;
        } else if (call.is(i, "xx")) {
          present = true;
        } else if (call.is(i, "gt")) {
          later = true;
        } else if (call.is(i, "lt")) {
          earlier = true;
        } else {
          throw new CommandException("ERR Unsupported option " + call.text(i));
        }
      }
      if (missing && (present || later || earlier)) {
        throw new CommandException(
            "ERR NX and XX, GT or LT options at the same time are not compatible");
      }
      if (later && earlier) {
        throw new CommandException("ERR GT and LT options at the same time are not compatible");
      }
      return new Condition(missing, present, later, earlier);
    }

    boolean allows(long before, long after) {
      boolean never = before == KeyRow.NEVER;
      return !(missing && !never)
          && !(present && never)
          && !(later && (never || after <= before))
          && !(earlier && !never && after >= before);
    }
  }

  private static void expire(Call call, boolean seconds, boolean relative)
      throws CommandException, IOException {
    long value = call.integer(2);
    Condition condition = Condition.of(call);
    long expireAt = ExpiryArgument.absolute(call, value, seconds, relative);
    byte[] key = call.key(1);
    KeyRow row = call.rows().find(key);
    boolean sets = row != null && condition.allows(row.expireAtMillis(), expireAt);
    if (row != null && sets) {
      if (expireAt <= call.rows().nowMillis()) {
        boolean _ = call.rows().delete(key);
        call.rows().keyspace().keyExpired();
      } else {
        call.rows().put(key, row.withExpireAtMillis(expireAt));
      }
    }
    call.reply().integer(sets ? 1 : 0);
  }

  private static void time(Call call, boolean seconds, boolean relative)
      throws CommandException, IOException {
    KeyHead head = call.rows().head(call.key(1));
    if (head == null) {
      call.reply().integer(MISSING);
    } else if (head.expireAtMillis() == KeyRow.NEVER) {
      call.reply().integer(FOR_EVER);
    } else {
      long millis = head.expireAtMillis() - (relative ? call.rows().nowMillis() : 0);
      call.reply().integer(seconds ? (millis + 500) / 1_000 : millis);
    }
  }

  private static void persist(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    KeyRow row = call.rows().find(key);
    boolean expired = row != null && row.expireAtMillis() != KeyRow.NEVER;
    if (row != null && expired) {
      call.rows().put(key, row.withExpireAtMillis(KeyRow.NEVER));
    }
    call.reply().integer(expired ? 1 : 0);
  }
}
