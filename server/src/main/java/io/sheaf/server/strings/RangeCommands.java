package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.RO;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.StringRow;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Commands for a part of a string: ranges of bytes, and single bits. */
final class RangeCommands {
  private static final long MOST_BITS = 1L << 32;
  private static final byte[] NOTHING = {};

  private RangeCommands() {}

  static void addTo(CommandTable table) {
    Handler range = RangeCommands::range;
    table.add(
        new Command("getrange", 4, range)
            .flags(READONLY)
            .keys(1, 1, 1, RO, ACCESS)
            .docs("string", "2.4.0", "Returns a part of a string."));
    table.add(
        new Command("substr", 4, range)
            .flags(READONLY)
            .keys(1, 1, 1, RO, ACCESS)
            .docs("string", "1.0.0", "Returns a part of a string."));
    table.add(
        new Command("setrange", 4, RangeCommands::setRange)
            .flags(WRITE)
            .keys(1, 1, 1, RW, UPDATE)
            .docs("string", "2.2.0", "Overwrites a part of a string."));
    table.add(
        new Command("getbit", 3, RangeCommands::bit)
            .flags(READONLY, FAST)
            .keys(1, 1, 1, RO, ACCESS)
            .docs("bitmap", "2.2.0", "Returns a bit of a string."));
    table.add(
        new Command("setbit", 4, RangeCommands::setBit)
            .flags(WRITE)
            .keys(1, 1, 1, RW, ACCESS, UPDATE)
            .docs("bitmap", "2.2.0", "Sets a bit of a string."));
  }

  private static void range(Call call) throws CommandException, IOException {
    long start = call.integer(2);
    long end = call.integer(3);
    StringRow row = call.string(call.key(1));
    long length = row == null ? 0 : row.value().length();
    long from = Math.max(0, start < 0 ? start + length : start);
    long last = Math.min(length - 1, end < 0 ? end + length : end);
    boolean crosses = start < 0 && end < 0 && start > end;
    if (row == null || crosses || from > last) {
      call.reply().bulk(NOTHING);
    } else {
      call.reply().bulk(new Slice().set(row.value(), (int) from, (int) (last - from + 1)));
    }
  }

  private static void setRange(Call call) throws CommandException, IOException {
    long offset = call.integer(2);
    if (offset < 0) {
      throw new CommandException("ERR offset is out of range");
    }
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    byte[] more = call.bytes(3);
    if (more.length == 0) {
      call.reply().integer(row == null ? 0 : row.value().length());
      return;
    }
    if (offset > Integer.MAX_VALUE) {
      throw StringCommands.tooLong();
    }
    StringCommands.checkLength(offset + more.length);
    Slice value = extended(call, row, (int) offset + more.length);
    Slice.of(more).copyTo(value.segment(), value.offset() + offset);
    put(call, key, row, value);
    call.reply().integer(value.length());
  }

  /** A copy of a value, with zeros behind it up to {@code length}. */
  private static Slice extended(Call call, @Nullable StringRow row, int length) {
    Slice value = call.rows().scratch(Math.max(row == null ? 0 : row.value().length(), length));
    if (row != null) {
      row.value().copyTo(value.segment(), value.offset());
    }
    return value;
  }

  private static void put(Call call, byte[] key, @Nullable StringRow row, Slice value)
      throws IOException {
    call.rows().put(key, new StringRow(row == null ? KeyRow.NEVER : row.expireAtMillis(), value));
  }

  private static long bitOffset(Call call) throws CommandException {
    long offset;
    try {
      offset = call.integer(2);
    } catch (CommandException e) {
      throw new CommandException("ERR bit offset is not an integer or out of range");
    }
    if (offset < 0 || offset >= MOST_BITS) {
      throw new CommandException("ERR bit offset is not an integer or out of range");
    }
    return offset;
  }

  private static void bit(Call call) throws CommandException, IOException {
    long offset = bitOffset(call);
    StringRow row = call.string(call.key(1));
    call.reply().integer(row == null ? 0 : bit(row.value(), offset));
  }

  private static int bit(Slice value, long offset) {
    long at = offset >>> 3;
    return at >= value.length() ? 0 : value.byteAt((int) at) >> (7 - (int) (offset & 7)) & 1;
  }

  private static void setBit(Call call) throws CommandException, IOException {
    long offset = bitOffset(call);
    if (call.request().length(3) != 1 || (call.bytes(3)[0] & ~1) != '0') {
      throw new CommandException("ERR bit is not an integer or out of range");
    }
    boolean on = call.bytes(3)[0] == '1';
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    int at = (int) (offset >>> 3);
    StringCommands.checkLength(at + 1L);
    Slice value = extended(call, row, at + 1);
    int before = bit(value, offset);
    int mask = 1 << (7 - (int) (offset & 7));
    int changed = on ? value.byteAt(at) | mask : value.byteAt(at) & ~mask;
    value.segment().set(ValueLayout.JAVA_BYTE, value.offset() + at, (byte) changed);
    put(call, key, row, value);
    call.reply().integer(before);
  }
}
