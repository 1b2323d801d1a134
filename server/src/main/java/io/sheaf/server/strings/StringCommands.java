package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.OF_ONE_MOMENT;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.DELETE;
import static io.sheaf.server.command.KeyFlag.INSERT;
import static io.sheaf.server.command.KeyFlag.OW;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;
import static io.sheaf.server.command.KeyFlag.VARIABLE_FLAGS;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.StringRow;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Commands for strings, but SET.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class StringCommands {
  private static final String GROUP = "string";
  private static final int LONGEST_VALUE_BYTES = 64 << 20;

  private StringCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    table.add(
        new Command("get", 2, StringCommands::get)
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO, ACCESS)
            .docs(GROUP, "1.0.0", "Returns the string value of a key."));
    table.add(
        new Command("set", -3, SetCommand::run)
            .flags(WRITE)
            .keys(
                1,
                1,
                1,
                KeySpec.at(1, 0, 1, RW, ACCESS, UPDATE, VARIABLE_FLAGS)
                    .tellingIf(SetCommand::tellsOld))
            .docs(GROUP, "1.0.0", "Sets the string value of a key."));
    table.add(
        new Command("setnx", 3, StringCommands::setIfMissing)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, OW, INSERT)
            .docs(GROUP, "1.0.0", "Sets the string value of a key when it does not exist."));
    table.add(
        new Command("setex", 4, call -> setExpiring(call, true))
            .flags(WRITE)
            .keys(1, 1, 1, OW, UPDATE)
            .docs(GROUP, "2.0.0", "Sets the string value of a key, and its time to live."));
    table.add(
        new Command("psetex", 4, call -> setExpiring(call, false))
            .flags(WRITE)
            .keys(1, 1, 1, OW, UPDATE)
            .docs(GROUP, "2.6.0", "Sets the string value of a key, and its time to live."));
    table.add(
        new Command("getset", 3, StringCommands::getAndSet)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, ACCESS, UPDATE)
            .docs(GROUP, "1.0.0", "Returns the value of a key before it is set to another."));
    table.add(
        new Command("getdel", 2, StringCommands::getAndDelete)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, ACCESS, DELETE)
            .docs(GROUP, "6.2.0", "Returns the string value of a key and deletes it."));
    table.add(
        new Command("getex", -2, StringCommands::getAndExpire)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, ACCESS, UPDATE)
            .docs(GROUP, "6.2.0", "Returns the string value of a key and sets when it expires."));
    table.add(
        new Command("mget", -2, StringCommands::getMany)
            .flags(READONLY, FAST, OF_ONE_MOMENT)
            .keys(1, -1, 1, RO, ACCESS)
            .docs(GROUP, "1.0.0", "Returns the string values of several keys."));
    table.add(
        new Command("mset", -3, call -> setMany(call, false))
            .flags(WRITE)
            .keys(1, -1, 2, OW, UPDATE)
            .docs(GROUP, "1.0.1", "Sets the string values of several keys."));
    table.add(
        new Command("msetnx", -3, call -> setMany(call, true))
            .flags(WRITE)
            .keys(1, -1, 2, OW, INSERT)
            .docs(GROUP, "1.0.1", "Sets several keys when none of them exists."));
    table.add(
        new Command("strlen", 2, StringCommands::length)
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO)
            .docs(GROUP, "2.2.0", "Returns the length of a string."));
    table.add(
        new Command("append", 3, StringCommands::append)
            .flags(WRITE, FAST)
            .keys(1, 1, 1, RW, INSERT)
            .docs(GROUP, "2.0.0", "Appends to the string value of a key."));
    CounterCommands.addTo(table);
    RangeCommands.addTo(table);
    CommonSubsequence.addTo(table);
  }

  private static void get(Call call) throws CommandException, IOException {
    call.showString(call.key(1), row -> reply(call, row));
  }

  static void reply(Call call, @Nullable StringRow row) {
    if (row == null) {
      call.reply().none();
    } else {
      call.reply().bulk(row.value());
    }
  }

  private static void setIfMissing(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    boolean missing = call.rows().head(key) == null;
    if (missing) {
      call.rows().put(key, new StringRow(KeyRow.NEVER, value(call, 2)));
    }
    call.reply().integer(missing ? 1 : 0);
  }

  private static void setExpiring(Call call, boolean seconds) throws CommandException, IOException {
    long time = call.integer(2);
    if (time <= 0) {
      throw new CommandException("ERR invalid expire time in '" + call.name() + "' command");
    }
    long expireAt = ExpiryArgument.absolute(call, time, seconds, true);
    call.rows().put(call.key(1), new StringRow(expireAt, value(call, 3)));
    call.reply().ok();
  }

  private static void getAndSet(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    StringRow before = call.string(key);
    call.rows().put(key, new StringRow(KeyRow.NEVER, value(call, 2)));
    reply(call, before);
  }

  private static void getAndDelete(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    if (row != null) {
      boolean _ = call.rows().delete(key);
    }
    reply(call, row);
  }

  private static void getAndExpire(Call call) throws CommandException, IOException {
    boolean persists = call.count() == 3 && call.is(2, "persist");
    boolean expires = call.count() == 4 && ExpiryArgument.isOption(call, 2);
    if (call.count() > 2 && !persists && !expires) {
      throw CommandException.syntax();
    }
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    if (row == null) {
      call.reply().none(); // whatever the time would be
      return;
    }
    if (persists && row.expireAtMillis() != KeyRow.NEVER) {
      call.rows().put(key, row.withExpireAtMillis(KeyRow.NEVER));
    } else if (expires) {
      long expireAt = ExpiryArgument.ofOption(call, 2);
      if (expireAt <= call.rows().nowMillis()) {
        boolean _ = call.rows().delete(key);
      } else {
        call.rows().put(key, row.withExpireAtMillis(expireAt));
      }
    }
    reply(call, row);
  }

  private static void getMany(Call call) throws CommandException, IOException {
    call.reply().array(call.count() - 1);
    for (int i = 1; i < call.count(); i++) {
      boolean _ =
          call.rows()
              .show(
                  call.key(i),
                  row -> {
                    reply(call, row instanceof StringRow string ? string : null);
                    return true;
                  });
    }
  }

  private static void setMany(Call call, boolean onlyIfMissing)
      throws CommandException, IOException {
    if (call.count() % 2 == 0) {
      throw new CommandException("ERR wrong number of arguments for '" + call.name() + "' command");
    }
    for (int i = 1; i < call.count(); i += 2) {
      byte[] key = call.key(i);
      checkLength(call.request().length(i + 1));
      if (onlyIfMissing && call.rows().head(key) != null) {
        call.reply().integer(0);
        return;
      }
    }
    for (int i = 1; i < call.count(); i += 2) {
      call.rows().put(call.key(i), new StringRow(KeyRow.NEVER, argument(call, i + 1)));
    }
    if (onlyIfMissing) {
      call.reply().integer(1);
    } else {
      call.reply().ok();
    }
  }

  private static void length(Call call) throws CommandException, IOException {
    call.showString(
        call.key(1), row -> call.reply().integer(row == null ? 0 : row.value().length()));
  }

  private static void append(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    Slice more = argument(call, 2);
    int before = row == null ? 0 : row.value().length();
    checkLength((long) before + more.length());
    if (row == null) {
      call.rows().put(key, new StringRow(KeyRow.NEVER, more));
    } else if (!more.isEmpty()) {
      Slice value = call.rows().scratch(before + more.length());
      row.value().copyTo(value.segment(), value.offset());
      more.copyTo(value.segment(), value.offset() + before);
      call.rows().put(key, new StringRow(row.expireAtMillis(), value));
    }
    call.reply().integer(before + more.length());
  }

  /** An argument that becomes a value, where it lies in the request. */
  static Slice value(Call call, int index) throws CommandException {
    checkLength(call.request().length(index));
    return argument(call, index);
  }

  private static Slice argument(Call call, int index) {
    return call.request().slice(index, new Slice());
  }

  static void checkLength(long bytes) throws CommandException {
    if (bytes > LONGEST_VALUE_BYTES - 64) {
      throw tooLong();
    }
  }

  static CommandException tooLong() {
    return new CommandException(
        "ERR string exceeds maximum allowed size (" + (LONGEST_VALUE_BYTES - 64) + " bytes)");
  }
}
