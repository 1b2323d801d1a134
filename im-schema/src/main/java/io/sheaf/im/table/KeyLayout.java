package io.sheaf.im.table;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the keys of one IM table read, for who shows them: the ids and numbers they are made of, as
 * {@link Tables} lists them.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class KeyLayout {
  private static final String INDEX = "index:";
  private static final Part CONVERSATION = new Part("conversation", Kind.ID);
  private static final Part USER = new Part("user", Kind.ID);
  private static final Part MESSAGE = new Part("message", Kind.MESSAGE);

  private static final Map<String, KeyLayout> BY_TABLE =
      Map.ofEntries(
          Map.entry("conversation", new KeyLayout(CONVERSATION)),
          Map.entry("conversation_member", new KeyLayout(CONVERSATION, USER)),
          Map.entry("conversation_message", new KeyLayout(CONVERSATION, MESSAGE)),
          Map.entry(
              "conversation_event", new KeyLayout(CONVERSATION, new Part("position", Kind.NUMBER))),
          Map.entry("conversation_inbox", new KeyLayout(USER, CONVERSATION)),
          Map.entry("message_inbox", new KeyLayout(USER, CONVERSATION, MESSAGE)),
          Map.entry("message_read", new KeyLayout(CONVERSATION, new Part("sequence", Kind.NUMBER))),
          Map.entry(
              "message_recalled", new KeyLayout(CONVERSATION, new Part("sequence", Kind.NUMBER))),
          Map.entry(
              "message_reaction",
              new KeyLayout(CONVERSATION, MESSAGE, new Part("sign", Kind.ID), USER)),
          Map.entry("sync_queue", new KeyLayout(USER, new Part("position", Kind.NUMBER))),
          Map.entry("sync_head", new KeyLayout(USER)),
          Map.entry("sync_large", new KeyLayout(USER, CONVERSATION)),
          Map.entry("sync_cursor", new KeyLayout(USER, new Part("device", Kind.ID))),
          Map.entry("client_message", new KeyLayout(USER, new Part("client message", Kind.ID))),
          Map.entry("pending_notice", new KeyLayout(CONVERSATION, MESSAGE)),
          Map.entry("deferred_send", new KeyLayout(new Part("number", Kind.NUMBER))));

  private static final KeyLayout OF_INDEX =
      new KeyLayout(
          new Part("owner", Kind.ID),
          new Part("kind", Kind.OWNER),
          new Part("value", Kind.ID),
          MESSAGE,
          CONVERSATION);

  private enum Kind {
    ID,
    OWNER,
    NUMBER,
    MESSAGE
  }

  private record Part(String name, Kind kind) {}

  private final List<Part> parts;

  private KeyLayout(Part... parts) {
    this.parts = List.of(parts);
  }

  /** That of the table of this name; nothing where it is no IM table with keys made of ids. */
  public static Optional<KeyLayout> of(String table) {
    return table.startsWith(INDEX)
        ? Optional.of(OF_INDEX)
        : Optional.ofNullable(BY_TABLE.get(table));
  }

  /**
   * Such as "conversation #ubuntu, message 5070137688293376000 of 2008-04-27T10:15:00Z"; nothing
   * where the bytes are no such key and no beginning of one that ends behind a part.
   */
  public Optional<String> text(Slice key) {
    ByteReader reader = ByteReader.of(key);
    List<String> texts = new ArrayList<>();
    try {
      for (Part part : parts) {
        if (reader.remaining() > 0) {
          texts.add(part.name + " " + text(part, reader));
        }
      }
    } catch (MalformedException notSuchAKey) {
      return Optional.empty();
    }
    return reader.remaining() > 0 || texts.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", texts));
  }

  /** The time in the message id of a key, milliseconds since 1970; nothing where it has none. */
  public OptionalLong timeMillis(Slice key) {
    ByteReader reader = ByteReader.of(key);
    try {
      for (Part part : parts) {
        switch (part.kind) {
          case ID -> Id.read(reader);
          case OWNER -> ownerKind(reader);
          case NUMBER -> number(reader);
          case MESSAGE -> {
            return OptionalLong.of(new MessageId(number(reader)).timeMillis());
          }
        }
      }
    } catch (MalformedException notSuchAKey) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  /** Whether keys hold the id of a message, and so a time. */
  public boolean hasTime() {
    return parts.contains(MESSAGE);
  }

  private static String text(Part part, ByteReader reader) {
    return switch (part.kind) {
      case ID -> Id.read(reader).toString();
      case OWNER -> ownerKind(reader);
      case NUMBER -> Long.toUnsignedString(number(reader));
      case MESSAGE -> {
        MessageId id = new MessageId(number(reader));
        yield id + " of " + Instant.ofEpochMilli(id.timeMillis());
      }
    };
  }

  /** The byte behind the owner of entries of an index, see {@code io.sheaf.im.index}. */
  private static String ownerKind(ByteReader reader) {
    int kind = reader.readByte();
    return switch (kind) {
      case 1 -> "user";
      case 2 -> "conversation";
      default -> throw new MalformedException("no owner has the kind " + kind);
    };
  }

  /** Keys hold numbers big-endian, so that they sort. */
  private static long number(ByteReader reader) {
    return Long.reverseBytes(reader.readLong());
  }
}
