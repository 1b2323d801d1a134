package io.sheaf.server.streams;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.Handler;
import io.sheaf.server.keyspace.StreamId;
import io.sheaf.server.keyspace.StreamRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT n]] *|ms-*|id field value …. */
final class AddCommand implements Handler {
  private final LongSupplier blockEntries;

  /** With the size of a block in approximate trimming. */
  AddCommand(LongSupplier blockEntries) {
    this.blockEntries = blockEntries;
  }

  @Override
  public void run(Call call) throws CommandException, IOException {
    boolean creates = true;
    StreamTrim trim = null;
    int at = 2;
    while (at < call.count()) {
      if (call.is(at, "nomkstream")) {
        creates = false;
        at++;
      } else if (call.is(at, "maxlen") || call.is(at, "minid")) {
        StreamTrim.Parsed parsed = StreamTrim.parse(call, at, blockEntries.getAsLong());
        trim = parsed.trim();
        at = parsed.next();
      } else {
        break;
      }
    }
    int fields = call.count() - at - 1;
    if (fields < 2 || fields % 2 != 0) {
      throw new CommandException("ERR wrong number of arguments for 'xadd' command");
    }
    Wanted wanted = Wanted.parse(call, at);
    byte[] key = call.key(1);
    StreamRow there = call.stream(key);
    if (there == null && !creates) {
      call.reply().none();
      return;
    }
    StreamRow stream =
        there == null ? StreamRow.empty(call.rows().keyspace().newStreamNumber()) : there;
    StreamId id = wanted.after(stream.last(), call.rows().nowMillis());
    Slice entry =
        call.rows()
            .putRow(
                call.rows().tables().entries(),
                StreamEntry.key(stream.number(), id),
                StreamEntry.valueBytes(call, at + 1));
    StreamEntry.write(call, at + 1, entry);
    StreamRow added = stream.withAdded(id);
    call.rows().put(key, trim == null ? added : trim.apply(call.rows(), added));
    StreamEntry.reply(call.reply(), id);
  }

  /**
   * The id that is asked for.
   *
   * @param millis null: the present
   * @param sequence null: the next one that is free
   */
  private record Wanted(@Nullable Long millis, @Nullable Long sequence) {
    static final Wanted ANY = new Wanted(null, null);

    static Wanted parse(Call call, int index) throws CommandException {
      if (call.is(index, "*")) {
        return ANY;
      }
      String text = new String(call.bytes(index), StandardCharsets.ISO_8859_1);
      boolean open = text.endsWith("-*");
      byte[] shown =
          (open ? text.substring(0, text.length() - 2) : text)
              .getBytes(StandardCharsets.ISO_8859_1);
      StreamId id = StreamId.parse(shown, 0);
      if (id == null || (open && text.indexOf('-') != text.length() - 2)) {
        throw StreamArguments.invalidId();
      }
      if (!open && id.equals(StreamId.ZERO)) {
        throw new CommandException("ERR The ID specified in XADD must be greater than 0-0");
      }
      return new Wanted(id.millis(), open ? null : id.sequence());
    }

    StreamId after(StreamId last, long nowMillis) throws CommandException {
      if (millis == null) {
        StreamId now = new StreamId(nowMillis, 0);
        StreamId next = now.compareTo(last) > 0 ? now : last.next();
        if (next == null) {
          throw exhausted();
        }
        return next;
      }
      if (last.equals(StreamId.MAX)) {
        throw exhausted();
      }
      StreamId id;
      if (sequence != null) {
        id = new StreamId(millis, sequence);
      } else if (last.millis() == millis) {
        StreamId next = last.next();
        if (next == null || next.millis() != millis) {
          throw tooLow();
        }
        id = next;
      } else {
        id = new StreamId(millis, 0);
      }
      if (id.compareTo(last) <= 0) {
        throw tooLow();
      }
      return id;
    }

    private static CommandException exhausted() {
      return new CommandException(
          "ERR The stream has exhausted the last possible ID, unable to add more items");
    }

    private static CommandException tooLow() {
      return new CommandException(
          "ERR The ID specified in XADD is equal or smaller than the target stream top item");
    }
  }
}
