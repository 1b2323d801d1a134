package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.ALONE;
import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.OF_ONE_MOMENT;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.DELETE;
import static io.sheaf.server.command.KeyFlag.INSERT;
import static io.sheaf.server.command.KeyFlag.OW;
import static io.sheaf.server.command.KeyFlag.RM;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.keyspace.KeyHead;
import io.sheaf.server.keyspace.KeyRow;
import java.io.IOException;
import java.util.Arrays;

/**
 * Commands for keys of any type, but those of time and those that go through all keys.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class KeyCommands {
  private static final String GROUP = "generic";

  private KeyCommands() {}

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table) {
    table.add(
        new Command("del", -2, KeyCommands::delete)
            .flags(WRITE)
            .keys(1, -1, 1, RM, DELETE)
            .docs(GROUP, "1.0.0", "Deletes keys."));
    table.add(
        new Command("unlink", -2, KeyCommands::delete)
            .flags(WRITE, FAST)
            .keys(1, -1, 1, RM, DELETE)
            .docs(GROUP, "4.0.0", "Deletes keys; the same as DEL here."));
    table.add(
        new Command("exists", -2, KeyCommands::count)
            .flags(READONLY, FAST, OF_ONE_MOMENT)
            .keys(1, -1, 1, RO)
            .docs(GROUP, "1.0.0", "Counts how many of the keys exist."));
    table.add(
        new Command("touch", -2, KeyCommands::count)
            .flags(READONLY, FAST, OF_ONE_MOMENT)
            .keys(1, -1, 1, RO)
            .docs(GROUP, "3.2.1", "Counts how many of the keys exist."));
    table.add(
        new Command("type", 2, KeyCommands::type)
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO)
            .docs(GROUP, "1.0.0", "Tells the type of a key."));
    table.add(
        new Command("rename", 3, call -> rename(call, false))
            .flags(WRITE)
            .keys(1, 2, 1, KeySpec.at(1, 0, 1, RW, ACCESS, DELETE), KeySpec.at(2, 0, 1, OW, UPDATE))
            .docs(GROUP, "1.0.0", "Renames a key; what had the new name is gone."));
    table.add(
        new Command("renamenx", 3, call -> rename(call, true))
            .flags(WRITE, FAST)
            .keys(1, 2, 1, KeySpec.at(1, 0, 1, RW, ACCESS, DELETE), KeySpec.at(2, 0, 1, OW, INSERT))
            .docs(GROUP, "1.0.0", "Renames a key when nothing has the new name."));
    table.add(
        new Command("copy", -3, CopyCommand::run)
            .flags(WRITE, ALONE)
            .keys(1, 2, 1, KeySpec.at(1, 0, 1, RO, ACCESS), KeySpec.at(2, 0, 1, OW, UPDATE))
            .docs(GROUP, "6.2.0", "Copies a key."));
    ExpiryCommands.addTo(table);
    ScanCommands.addTo(table);
  }

  private static void delete(Call call) throws CommandException, IOException {
    for (int i = 1; i < call.count(); i++) {
      byte[] _ = call.key(i);
    }
    long deleted = 0;
    for (int i = 1; i < call.count(); i++) {
      deleted += call.rows().delete(call.bytes(i)) ? 1 : 0;
    }
    call.reply().integer(deleted);
  }

  private static void count(Call call) throws CommandException, IOException {
    long found = 0;
    for (int i = 1; i < call.count(); i++) {
      found += call.rows().head(call.key(i)) == null ? 0 : 1;
    }
    call.reply().integer(found);
  }

  private static void type(Call call) throws CommandException, IOException {
    KeyHead head = call.rows().head(call.key(1));
    call.reply().simple(head == null ? "none" : head.type());
  }

  private static void rename(Call call, boolean onlyIfFree) throws CommandException, IOException {
    byte[] from = call.key(1);
    byte[] to = call.key(2);
    KeyRow row = call.rows().find(from);
    if (row == null) {
      throw new CommandException("ERR no such key");
    }
    boolean same = Arrays.equals(from, to);
    boolean renames = !onlyIfFree || (!same && call.rows().head(to) == null);
    if (renames && !same) {
      call.rows().put(to, row);
      boolean _ = call.rows().delete(from);
    }
    if (onlyIfFree) {
      call.reply().integer(renames ? 1 : 0);
    } else {
      call.reply().ok();
    }
  }
}
