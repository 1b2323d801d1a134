package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.FAST;
import static io.sheaf.server.command.CommandFlag.WRITE;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.RW;
import static io.sheaf.server.command.KeyFlag.UPDATE;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Numbers;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.StringRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** INCR, DECR and the like. */
final class CounterCommands {
  private static final String GROUP = "string";
  private static final Pattern NO_NUMBER = Pattern.compile("(?i)[+-]?(inf|infinity)");
  private static final int LONGEST_FRACTION = 255;
  private static final int MOST_DIGITS = 4_932;
  private static final int FRACTION_DIGITS = 17;

  private CounterCommands() {}

  static void addTo(CommandTable table) {
    table.add(counter("incr", 2, "Adds one to", call -> add(call, 1)));
    table.add(counter("decr", 2, "Takes one from", call -> add(call, -1)));
    table.add(counter("incrby", 3, "Adds to", call -> add(call, call.integer(2))));
    table.add(counter("decrby", 3, "Takes from", CounterCommands::subtract));
    table.add(counter("incrbyfloat", 3, "Adds a fraction to", CounterCommands::addFraction));
  }

  private static Command counter(
      String name, int arity, String what, io.sheaf.server.command.Handler handler) {
    return new Command(name, arity, handler)
        .flags(WRITE, FAST)
        .keys(1, 1, 1, RW, ACCESS, UPDATE)
        .docs(GROUP, "1.0.0", what + " the number at a key; 0 is where there is none.");
  }

  private static void subtract(Call call) throws CommandException, IOException {
    long amount = call.integer(2);
    if (amount == Long.MIN_VALUE) {
      throw new CommandException("ERR decrement would overflow");
    }
    add(call, -amount);
  }

  private static void add(Call call, long amount) throws CommandException, IOException {
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    long before = row == null ? 0 : Numbers.parse(row.bytes());
    long sum = before + amount;
    if (((before ^ sum) & (amount ^ sum)) < 0) {
      throw new CommandException("ERR increment or decrement would overflow");
    }
    byte[] value = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
    call.rows().put(key, new StringRow(row == null ? KeyRow.NEVER : row.expireAtMillis(), value));
    call.reply().integer(sum);
  }

  private static void addFraction(Call call) throws CommandException, IOException {
    byte[] key = call.key(1);
    StringRow row = call.string(key);
    BigDecimal before = row == null ? BigDecimal.ZERO : fraction(row.bytes());
    BigDecimal sum = before.add(fraction(call.bytes(2)));
    String shown =
        sum.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
    byte[] value = shown.getBytes(StandardCharsets.US_ASCII);
    call.rows().put(key, new StringRow(row == null ? KeyRow.NEVER : row.expireAtMillis(), value));
    call.reply().bulk(value);
  }

  private static BigDecimal fraction(byte[] text) throws CommandException {
    String shown = new String(text, StandardCharsets.ISO_8859_1);
    if (NO_NUMBER.matcher(shown).matches()) {
      throw new CommandException("ERR increment would produce NaN or Infinity");
    }
    try {
      BigDecimal value = new BigDecimal(shown);
      long digits = (long) value.precision() - value.scale();
      if (text.length <= LONGEST_FRACTION
          && Math.abs(digits) <= MOST_DIGITS
          && Math.abs((long) value.scale()) <= MOST_DIGITS) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, as what is too long is
    }
    throw new CommandException("ERR value is not a valid float");
  }
}
