package io.sheaf.server.command;

import io.sheaf.server.client.BlockedCall;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Wakeup;
import io.sheaf.server.keyspace.Key;
import io.sheaf.server.keyspace.KeyListeners;
import io.sheaf.server.keyspace.KeyPlace;
import io.sheaf.server.keyspace.KeyRow;
import io.sheaf.server.keyspace.StreamRow;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.keyspace.Transaction;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs: its arguments, for whom, the rows it reads and changes, and where its reply
 * goes.
 *
 * <p><b>Thread safety.</b> One thread at a time; valid until the handler returns.
 */
public final class Call {
  /** What listening to a key takes besides its bytes, about. */
  private static final int LISTENING_BYTES = 400;

  private final Command command;
  private final Request request;
  private final Client client;
  private final Transaction rows;
  private final ReplyWriter reply;
  private final boolean mayBlock;

  Call(
      Command command,
      Request request,
      Client client,
      Transaction rows,
      ReplyWriter reply,
      boolean mayBlock) {
    this.command = command;
    this.request = request;
    this.client = client;
    this.rows = rows;
    this.reply = reply;
    this.mayBlock = mayBlock;
  }

  Command command() {
    return command;
  }

  /** Name of the command. */
  public String name() {
    return command.name();
  }

  /** The arguments. */
  public Request request() {
    return request;
  }

  /** For whom. */
  public Client client() {
    return client;
  }

  /** The rows. */
  public Transaction rows() {
    return rows;
  }

  /** Where the reply goes. */
  public ReplyWriter reply() {
    return reply;
  }

  /** Number of arguments, the name included. */
  public int count() {
    return request.count();
  }

  /** A copy of an argument. */
  public byte[] bytes(int index) {
    return request.bytes(index);
  }

  /** An argument as text. */
  public String text(int index) {
    return request.text(index);
  }

  /** Whether an argument is {@code word}, which is in lower case, in whatever case. */
  public boolean is(int index, String word) {
    return index < request.count() && request.is(index, word);
  }

  /** A copy of an argument that is a key. */
  public byte[] key(int index) throws CommandException {
    if (request.length(index) > KeyPlace.LONGEST_KEY_BYTES) {
      throw new CommandException(
          "ERR a key of "
              + request.length(index)
              + " bytes is too long: "
              + KeyPlace.LONGEST_KEY_BYTES
              + " are allowed");
    }
    return request.bytes(index);
  }

  /** An argument that is a number. */
  public long integer(int index) throws CommandException {
    return Numbers.parse(request.bytes(index));
  }

  /** The string at a key; null: there is nothing. */
  public @Nullable StringRow string(byte[] key) throws CommandException, IOException {
    KeyRow row = rows.find(key);
    if (row == null || row instanceof StringRow) {
      return (StringRow) row;
    }
    throw CommandException.wrongType();
  }

  /**
   * Shows the string at a key to {@code look}, null where there is nothing, without copying its
   * value, which is valid only during that call.
   */
  public void showString(byte[] key, Consumer<@Nullable StringRow> look)
      throws CommandException, IOException {
    boolean isString =
        rows.show(
            key,
            row -> {
              if (row != null && !(row instanceof StringRow)) {
                return false;
              }
              look.accept((StringRow) row);
              return true;
            });
    if (!isString) {
      throw CommandException.wrongType();
    }
  }

  /** The stream at a key; null: there is nothing. */
  public @Nullable StreamRow stream(byte[] key) throws CommandException, IOException {
    KeyRow row = rows.find(key);
    if (row == null || row instanceof StreamRow) {
      return (StreamRow) row;
    }
    throw CommandException.wrongType();
  }

  /** Whether it has waited, and a key has changed since. */
  public boolean isResuming() {
    return client.isResuming();
  }

  /** Whether it may wait: not inside of MULTI. */
  public boolean mayBlock() {
    return mayBlock;
  }

  /**
   * Waits, without a reply yet, until one of {@code keys} changes; then {@code again} is executed.
   *
   * @param timeoutMillis how long at most; 0: for ever
   */
  public void block(List<Key> keys, long timeoutMillis, Request again) {
    block(new OnKeys(rows.keyspace().listeners(), keys), timeoutMillis, again);
  }

  private record OnKeys(KeyListeners listeners, List<Key> keys) implements Wakeup {
    @Override
    public Listening listen(Runnable changed) {
      return listeners.listen(keys, changed)::close;
    }

    @Override
    public long heldBytes() {
      return listeningBytes(keys);
    }
  }

  private static long listeningBytes(List<Key> keys) {
    long bytes = 0;
    for (Key key : keys) {
      bytes += LISTENING_BYTES + key.bytes().length;
    }
    return bytes;
  }

  /**
   * Waits behind those who wait for {@code what} at one of {@code keys} already, as one takes it
   * from the others; else the same.
   */
  public void blockInLine(List<Key> keys, Key what, long timeoutMillis, Request again) {
    block(new InLine(rows.keyspace().listeners(), keys, what), timeoutMillis, again);
  }

  private record InLine(KeyListeners listeners, List<Key> keys, Key what) implements Wakeup {
    @Override
    public Listening listen(Runnable changed) {
      KeyListeners.Turn turn = listeners.waitInLine(keys, what, changed);
      return new Listening() {
        @Override
        public void close() {
          turn.close();
        }

        @Override
        public void lookedInVain() {
          turn.lookedInVain();
        }
      };
    }

    @Override
    public boolean tellsWhenToBegin() {
      return true;
    }

    @Override
    public long heldBytes() {
      return listeningBytes(keys);
    }
  }

  /** The same, until {@code wakeup} says so. */
  public void block(Wakeup wakeup, long timeoutMillis, Request again) {
    client.block(new BlockedCall(wakeup, timeoutMillis, again));
  }
}
