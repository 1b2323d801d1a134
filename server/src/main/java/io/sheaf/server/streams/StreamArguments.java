package io.sheaf.server.streams;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.keyspace.StreamId;

/** Reads ids in arguments. */
final class StreamArguments {
  private StreamArguments() {}

  static CommandException invalidId() {
    return new CommandException("ERR Invalid stream ID specified as stream command argument");
  }

  /** An id; a missing sequence is {@code missing}. */
  static StreamId id(Call call, int index, long missing) throws CommandException {
    StreamId id = StreamId.parse(call.bytes(index), missing);
    if (id == null) {
      throw invalidId();
    }
    return id;
  }

  /** An id, or - or +. */
  static StreamId idOrEnd(Call call, int index, long missing) throws CommandException {
    return switch (call.text(index)) {
      case "-" -> StreamId.ZERO;
      case "+" -> StreamId.MAX;
      default -> id(call, index, missing);
    };
  }

  /** The lower end of an interval. */
  static StreamId start(Call call, int index) throws CommandException {
    if (!call.text(index).startsWith("(")) {
      return idOrEnd(call, index, 0);
    }
    StreamId next = exclusive(call, index, 0).next();
    if (next == null) {
      throw new CommandException("ERR invalid start ID for the interval");
    }
    return next;
  }

  /** The upper end of an interval, inclusive. */
  static StreamId end(Call call, int index) throws CommandException {
    if (!call.text(index).startsWith("(")) {
      return idOrEnd(call, index, -1);
    }
    StreamId previous = exclusive(call, index, -1).previous();
    if (previous == null) {
      throw new CommandException("ERR invalid end ID for the interval");
    }
    return previous;
  }

  private static StreamId exclusive(Call call, int index, long missing) throws CommandException {
    byte[] text = call.bytes(index);
    StreamId id = StreamId.parse(java.util.Arrays.copyOfRange(text, 1, text.length), missing);
    if (id == null) {
      throw invalidId();
    }
    return id;
  }
}
